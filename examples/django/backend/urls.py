from django.urls import path

from backend import views

urlpatterns = [
    path("healthz", views.healthz),
    path("whoami", views.whoami),
    path("widgets", views.widgets),
]
