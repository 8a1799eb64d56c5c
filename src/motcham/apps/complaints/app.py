"""The manifest of complaints and petitions."""

from django.utils.translation import gettext_lazy as _

from motcham.kernel.application import Application

application = Application(
    key="complaints",
    title=_("Petitions and complaints"),
    answers="Hệ thống quản lý khiếu nại, tố cáo Thành phố",
)
