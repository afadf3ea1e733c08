"""The demo chain: two branches, staff of every role, a catalogue, 300 customers. Nobody in it exists."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "qiantai-demo"  # noqa: S105 - a demo chain on this machine
FIRST_PASSWORD = "for-the-first-day"  # noqa: S105 - each account changes it
MAIN, SECOND = "sh-01", "hz-01"
BRANCHES = {
    MAIN: {"name_zh": "上海静安店", "name_en": "Shanghai Jing'an", "timezone": "Asia/Shanghai", "currency": "CNY"},
    SECOND: {"name_zh": "杭州西湖店", "name_en": "Hangzhou West Lake", "timezone": "Asia/Shanghai", "currency": "CNY"},
}

SIGN_INS = (
    ("desk", "前台导医 receptionist, 上海静安店"),
    ("lin.yue", "咨询师 consultant, 上海静安店"),
    ("zhou.min", "咨询主管 supervisor, 上海静安店"),
    ("till", "收银 cashier, 上海静安店"),
    ("service", "客服回访 follow-up desk, 上海静安店"),
    ("head", "店长 branch head, 上海静安店"),
    ("desk.hz", "前台导医 receptionist, 杭州西湖店"),
    ("office", "总部 head office, all branches"),
)

STAFF = {
    "desk": ("陈佳", ["receptionist"], [MAIN]),
    "desk.hz": ("方圆", ["receptionist"], [SECOND]),
    "zhou.min": ("周敏", ["supervisor"], [MAIN]),
    "sun.ke": ("孙可", ["supervisor"], [SECOND]),
    "till": ("钱进", ["cashier"], [MAIN]),
    "till.hz": ("金喜", ["cashier"], [SECOND]),
    "net.1": ("何网", ["online"], [MAIN, SECOND]),
    "nurse": ("许洁", ["nurse"], [MAIN]),
    "dr.gao": ("高远", ["doctor"], [MAIN]),
    "service": ("吕念", ["service_desk"], [MAIN, SECOND]),
    "head": ("沈立", ["branch_head"], [MAIN]),
    "head.hz": ("蒋平", ["branch_head"], [SECOND]),
    "it": ("邓通", ["it"], ["*"]),
    "office": ("韩正", ["head_office"], ["*"]),
    "screen": ("大屏", ["screen"], [MAIN, SECOND]),
}


@dataclass(frozen=True, slots=True)
class ConsultantSeed:
    """A consultant of the demo chain; scope None is every project."""

    staff: str
    name: str
    branch: str
    shift: str
    scope: tuple[str, ...] | None = None
    barred: tuple[str, ...] = ()


CONSULTANTS = (
    ConsultantSeed("lin.yue", "林悦", MAIN, "early"),
    ConsultantSeed("jiang.wen", "姜雯", MAIN, "early", ("filler", "botox", "laser", "hydra")),
    ConsultantSeed("he.shan", "何珊", MAIN, "day"),
    ConsultantSeed("tang.qi", "唐琪", MAIN, "day", None, ("lipo",)),
    ConsultantSeed("song.ya", "宋雅", MAIN, "day", ("eyelid", "nose", "filler", "laser")),
    ConsultantSeed("luo.xin", "罗欣", MAIN, "late"),
    ConsultantSeed("ye.fan", "叶帆", MAIN, "late", ("laser", "hydra", "botox", "dental")),
    ConsultantSeed("peng.lu", "彭璐", MAIN, "late"),
    ConsultantSeed("cai.ning", "蔡宁", SECOND, "early"),
    ConsultantSeed("tian.mo", "田墨", SECOND, "day", ("filler", "botox", "laser", "hydra", "dental")),
    ConsultantSeed("ren.jie", "任洁", SECOND, "day"),
    ConsultantSeed("fu.yun", "傅云", SECOND, "late"),
)

PROJECTS = (
    ("breast", "隆胸", "Breast", True, "surgery_1", "plastic", 90),
    ("lipo", "吸脂", "Liposuction", True, "surgery_2", "plastic", 90),
    ("facelift", "拉皮", "Facelift", True, "surgery_1", "plastic", 90),
    ("jaw", "下颌角", "Mandible angle", True, "surgery_1", "plastic", 90),
    ("eyelid", "双眼皮", "Double eyelid", False, "surgery", "plastic", 60),
    ("nose", "鼻综合", "Rhinoplasty", False, "surgery", "plastic", 60),
    ("filler", "玻尿酸", "Hyaluronic filler", False, "injection", "minimal", 40),
    ("botox", "肉毒素", "Botulinum", False, "injection", "minimal", 30),
    ("laser", "光子嫩肤", "Photo-rejuvenation", False, "skin", "skin", 40),
    ("hydra", "水光针", "Hydrating injection", False, "skin", "skin", 40),
    ("dental", "牙齿美白", "Teeth whitening", False, "dental", "dental", 45),
)

PRODUCTS = (
    ("eyelid-1", "双眼皮手术", "Double eyelid surgery", "treatment", "eyelid", 1, 1_280_000),
    ("nose-1", "鼻综合手术", "Rhinoplasty", "treatment", "nose", 1, 3_980_000),
    ("breast-1", "假体隆胸", "Breast augmentation", "treatment", "breast", 1, 5_800_000),
    ("filler-1", "玻尿酸 1 ml", "Filler 1 ml", "treatment", "filler", 1, 298_000),
    ("botox-1", "肉毒素单部位", "Botulinum, one area", "treatment", "botox", 1, 168_000),
    ("laser-1", "光子嫩肤单次", "Photo-rejuvenation, once", "treatment", "laser", 1, 88_000),
    ("laser-5", "光子嫩肤五次卡", "Photo-rejuvenation, five times", "package", "laser", 5, 368_000),
    ("hydra-3", "水光针三次", "Hydrating injection, three times", "package", "hydra", 3, 238_000),
    ("dental-1", "冷光美白", "Teeth whitening", "treatment", "dental", 1, 198_000),
    ("mask-1", "医用修复面膜", "Repair mask", "cosmetic", None, 0, 19_800),
)

_SURNAMES = "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓冯曾彭蔡潘袁田董余叶程魏苏吕丁任沈姚卢姜"
_GIVEN = (
    "婷",
    "静",
    "丽",
    "敏",
    "艳",
    "娟",
    "芳",
    "雪",
    "梅",
    "玲",
    "倩",
    "颖",
    "洁",
    "莹",
    "琳",
    "璐",
    "蕾",
    "薇",
    "欣怡",
    "雨桐",
    "思涵",
    "梓萱",
    "佳怡",
    "子涵",
    "诗雅",
    "梦洁",
    "晓彤",
    "语嫣",
    "若曦",
    "可心",
    "志强",
    "伟",
    "磊",
    "俊杰",
)
CUSTOMERS = 300
APPOINTMENTS = 40
SCANNERS = "scanners.json"
"""File of a run's folder that says where its scanners are."""


@dataclass(frozen=True, slots=True)
class CustomerSeed:
    """A customer of the demo chain."""

    place: int
    name: str
    phone: str
    gender: str
    birthday: str
    branch: str
    card: str
    card_kind: str


def customers() -> list[CustomerSeed]:
    """Return the same 300 customers every time."""
    chance = random.Random(20260101)  # noqa: S311 - a fixed cast, no secret
    made = []
    for place in range(1, CUSTOMERS + 1):
        name = chance.choice(_SURNAMES) + chance.choice(_GIVEN)
        made.append(
            CustomerSeed(
                place=place,
                name=name,
                phone=f"138{10_000_000 + place * 7919:08d}",
                gender="male" if place % 12 == 0 else "female",
                birthday=f"{chance.randint(1968, 2004)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
                branch=MAIN if place % 3 else SECOND,
                card=f"D{place:06d}" if place % 5 else f"M{place:06d}",
                card_kind="design" if place % 5 else "member",
            )
        )
    return made


def write_scanners(folder: Path) -> Path:
    """Write the file of the scanners where there is none: two at the main desk, one at the second; returns its path."""
    path = folder / SCANNERS
    if not path.exists():
        places = (("scanner-1", "desk-1", MAIN), ("scanner-2", "desk-2", MAIN), ("scanner-3", "desk-1", SECOND))
        devices = [
            {"device": device, "desk": desk, "branch": branch, "url": str(folder / "devices" / device)}
            for device, desk, branch in places
        ]
        path.write_text(json.dumps(devices, indent=1) + "\n")
    return path
