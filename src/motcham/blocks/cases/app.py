"""What cases of every kind put in the menu."""

from django.utils.translation import gettext_lazy as _

from motcham.blocks.identity.define import Permission
from motcham.kernel.application import Application, MenuItem

application = Application(
    key="cases",
    title=_("Cases"),
    answers="Một cửa cho mọi yêu cầu: tiếp nhận, theo dõi, trả lời đúng hạn",
    menu=(
        MenuItem(_("Follow a case"), "cases:track", order=30),
        MenuItem(_("My work"), "cases:inbox", permission=Permission.CASE_READ, order=5),
    ),
)
