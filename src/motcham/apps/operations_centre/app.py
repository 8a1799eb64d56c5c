"""The manifest of the operations centre."""

from django.utils.translation import gettext_lazy as _

from motcham.kernel.application import Application, MenuItem

application = Application(
    key="operations_centre",
    title=_("Quality of service"),
    answers="Trung tâm điều hành (IOC): chất lượng phục vụ theo thời gian thực, theo cơ quan, phường xã và ngày",
    menu=(MenuItem(_("Quality of service"), "board", order=40),),
)
