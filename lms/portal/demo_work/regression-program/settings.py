"""Every choice of the program in one place."""

TARGET = "rentals_tomorrow"
FEATURES = ["rentals", "temperature", "rain_mm", "is_weekend"]
TEST_DAYS = 90
MIN_ROWS = 200
ALPHA = 1.0
