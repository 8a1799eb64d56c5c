"""The manifest of Feedback 1022."""

from django.utils.translation import gettext_lazy as _

from motcham.kernel.application import Application, MenuItem

application = Application(
    key="feedback_1022",
    title=_("Report 1022"),
    answers="Cổng thông tin 1022: tiếp nhận đa kênh, xử lý và phản hồi đúng hạn",
    menu=(MenuItem(_("Report 1022"), "feedback_1022", order=20),),
)
