"""Where fees stand in the menu: for those who take them, pay them back or compare them."""

from django.utils.translation import gettext_lazy as _

from motcham.blocks.identity.define import Permission
from motcham.kernel.application import Application, MenuItem

application = Application(
    key="payments",
    title=_("Fees"),
    answers="Dịch vụ công trực tuyến, một cửa, phí và miễn phí",
    menu=(MenuItem(_("Money of the day"), "payments:desk", permission=Permission.PAYMENT_READ, order=55),),
)
