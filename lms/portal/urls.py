from django.urls import path

from lms.portal.views import home

urlpatterns = [
    path("", home.home, name="home"),
]
