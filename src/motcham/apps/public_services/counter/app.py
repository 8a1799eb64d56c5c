"""What the counter puts in the menu: the desk of whoever serves, the set-up of whoever leads."""

from django.utils.translation import gettext_lazy as _

from motcham.blocks.identity.define import Permission
from motcham.kernel.application import Application, MenuItem

application = Application(
    key="counter",
    title=_("Counter"),
    answers="Bộ phận một cửa: lấy số, gọi số, đặt lịch hẹn, tiếp nhận hồ sơ tại quầy, bàn giao hồ sơ giấy",
    menu=(
        MenuItem(_("Counter"), "counter:home", permission=Permission.COUNTER_SERVE, order=6),
        MenuItem(_("Counter"), "counter:set_up", permission=Permission.COUNTER_SET_UP, order=6),
    ),
)
