"""Where dossiers stand in the menu: their register, and the codes that they are numbered by."""

from django.utils.translation import gettext_lazy as _

from motcham.blocks.identity.define import Permission
from motcham.kernel.application import Application, MenuItem

application = Application(
    key="dossiers",
    title=_("Dossiers"),
    answers="Hồ sơ thủ tục hành chính: sổ theo dõi, mã hồ sơ, phí, kết quả điện tử có chữ ký số",
    menu=(MenuItem(_("Codes of agencies"), "dossiers:codes", permission=Permission.STAFF_MANAGE, order=82),),
)
