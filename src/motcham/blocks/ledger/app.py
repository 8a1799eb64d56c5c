"""Where the log stands in the menu: anyone may check it, so anyone must find it."""

from django.utils.translation import gettext_lazy as _

from motcham.kernel.application import Application, MenuItem

application = Application(
    key="ledger",
    title=_("The open log"),
    answers="Nền tảng blockchain: sổ chứng không ai sửa được, ai cũng kiểm chứng được",
    menu=(MenuItem(_("The open log"), "ledger:overview", order=60),),
)
