"""`make bench`: what pages and grading cost, as medians and ratios of one run on real servers."""
