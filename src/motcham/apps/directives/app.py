"""The manifest of directives."""

from django.utils.translation import gettext_lazy as _

from motcham.kernel.application import Application

application = Application(
    key="directives",
    title=_("Directives"),
    answers="Hệ thống quản trị thực thi: giao việc, theo dõi tiến độ, cảnh báo trễ hạn",
)
