"""The manifest of open data."""

from django.utils.translation import gettext_lazy as _

from motcham.kernel.application import Application

application = Application(
    key="open_data",
    title=_("Open data"),
    answers="Cung cấp thông tin theo yêu cầu và dữ liệu mở của Thành phố",
)
