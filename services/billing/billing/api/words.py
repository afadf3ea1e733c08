"""Words for the codes in this service's answers."""

from __future__ import annotations

from qiantai.web.words import Words, routes_of

from billing.domain.charge import CASH
from billing.domain.journal import RECEIVABLE, SALES, TENDER

WORDS: Words = {
    "charge_state": {
        "open": ("待付款", "to pay"),
        "part_paid": ("部分付款", "paid in part"),
        "paid": ("已付清", "paid"),
        "void": ("已作废", "void"),
    },
    "charge_act": {"payments": ("收款", "take payment"), "void": ("作废", "void")},
    "item_act": {"uses": ("核销", "use a session")},
    "product_kind": {
        "treatment": ("治疗", "treatment"),
        "package": ("套餐", "package"),
        "cosmetic": ("化妆品", "cosmetic"),
        "drug": ("药品", "drug"),
    },
    "tender": {
        CASH: ("现金", "cash"),
        "card": ("银行卡", "card"),
        "wechat": ("微信支付", "WeChat Pay"),
        "alipay": ("支付宝", "Alipay"),
        "transfer": ("转账", "transfer"),
    },
    "account": {
        RECEIVABLE: ("应收", "receivable"),
        SALES: ("收入", "sales"),
        TENDER: ("收款方式", "tender"),
    },
}

routes = routes_of(WORDS)
