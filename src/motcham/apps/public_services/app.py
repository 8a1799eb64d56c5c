"""The manifest of the public services."""

from django.utils.translation import gettext_lazy as _

from motcham.apps.public_services import finding
from motcham.kernel.application import Application, MenuItem

application = Application(
    key="public_services",
    title=_("Procedures"),
    answers="Dịch vụ công trực tuyến: mọi thủ tục hành chính, giấy tờ cần nộp, thời hạn, phí và căn cứ pháp lý",
    menu=(MenuItem(_("Procedures"), "procedures:list", order=15),),
    warm=finding.index,
)
