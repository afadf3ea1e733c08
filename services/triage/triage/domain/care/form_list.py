"""The forms that go with a visit (登记表, 咨询记录单, 体检申请单, 知情自愿书 …) and which stages wait for them."""

from __future__ import annotations

from collections.abc import Mapping

from qiantai.both import Both
from qiantai.contracts.triage import (
    AFTER_CARE,
    EXAMINATION,
    IN_CONSULTATION,
    LEAVING,
    REGISTERED,
    TREATMENT,
    TREATMENT_PLAN,
)

from triage.domain.care.forms import Field, Form, Kind, Need, Option, Together
from triage.domain.errors import UnknownForm
from triage.domain.words import VisitClass

BY_DESK, BY_CONSULTANTS, BY_CARE = "form.registration", "form.consulting", "form.medical"


def _options(*words: tuple[str, str, str]) -> tuple[Option, ...]:
    return tuple(Option(value=value, zh=zh, en=en) for value, zh, en in words)


_DRINKS = _options(
    ("water", "水", "water"),
    ("tea", "茶", "tea"),
    ("coffee", "咖啡", "coffee"),
    ("juice", "果汁", "juice"),
    ("other", "其他", "other"),
    ("none", "不需要", "none"),
)
_EXAMINATIONS = _options(
    ("blood", "血液检验", "blood"),
    ("urine", "尿液检验", "urine"),
    ("ultrasound", "B超", "ultrasound"),
    ("ecg", "心电图", "ECG"),
    ("x_ray", "X光", "X-ray"),
    ("other", "其他", "other"),
)
_FITNESS = _options(
    ("fit", "适合治疗", "fit for the treatment"),
    ("conditional", "有条件适合", "fit on conditions"),
    ("unfit", "不适合治疗", "not fit for the treatment"),
)
_SIGNERS = _options(
    ("self", "本人", "the customer"),
    ("parent", "父母", "a parent"),
    ("guardian", "监护人", "a guardian"),
    ("spouse", "配偶", "the spouse"),
    ("other", "其他", "somebody else"),
)
_NOTICES = _options(("treatment", "治疗", "treatment"), ("surgery", "手术", "surgery"))
_ANAESTHESIA = _options(
    ("none", "无", "none"),
    ("topical", "表面麻醉", "topical"),
    ("local", "局部麻醉", "local"),
    ("sedation", "静脉镇静", "sedation"),
    ("general", "全身麻醉", "general"),
)
_PHOTOS = _options(
    ("taken", "已拍", "taken"),
    ("later", "尚未拍", "not yet"),
    ("declined", "顾客不同意", "declined by the customer"),
)

REGISTRATION = Form(
    name="registration",
    zh="顾客登记表",
    en="Registration form",
    stage=REGISTERED,
    action=BY_DESK,
    fields=(
        Field(name="seat", kind=Kind.TEXT, zh="所坐位置", en="Seat", most=40),
        Field(name="drink", kind=Kind.CHOICE, zh="饮料", en="Drink", options=_DRINKS),
        Field(name="fruit", kind=Kind.TEXT, zh="水果点心", en="Fruit and snacks", most=60),
        Field(name="companions", kind=Kind.WHOLE, zh="陪同人数", en="Companions", most=20),
        Field(name="companions_who", kind=Kind.TEXT, zh="陪同人员", en="Who accompanies", most=200),
        Field(name="area", kind=Kind.TEXT, zh="所在区域", en="Where from", most=100),
        Field(name="wishes", kind=Kind.TEXT, zh="主要咨询项目", en="Wants to ask about"),
        Field(name="belongings", kind=Kind.TEXT, zh="寄存物品", en="Belongings left at the desk", most=200),
        Field(name="remark", kind=Kind.TEXT, zh="备注", en="Remark"),
    ),
)
CONSULTATION = Form(
    name="consultation",
    zh="顾客咨询记录单",
    en="Consultation record",
    stage=IN_CONSULTATION,
    action=BY_CONSULTANTS,
    fields=(
        Field(name="concern", kind=Kind.TEXT, zh="顾客诉求", en="What the customer wishes", required=True, most=2000),
        Field(name="history", kind=Kind.TEXT, zh="既往史及过敏史", en="History and allergies", most=2000),
        Field(name="findings", kind=Kind.TEXT, zh="检查所见", en="Findings", most=2000),
        Field(name="projects", kind=Kind.CODES, zh="建议项目", en="Projects recommended"),
        Field(name="advice", kind=Kind.TEXT, zh="沟通内容", en="What was talked about", most=4000),
        Field(name="quoted", kind=Kind.MONEY, zh="报价", en="Price quoted", most=10**12),
        Field(name="objections", kind=Kind.TEXT, zh="顾客疑虑", en="Doubts of the customer", most=1000),
        Field(name="next_step", kind=Kind.TEXT, zh="下一步", en="Next step"),
        Field(name="next_on", kind=Kind.DAY, zh="下次联系日期", en="Next contact on"),
    ),
)
PLAN = Form(
    name="treatment_plan",
    zh="设计及治疗方案",
    en="Treatment plan",
    stage=TREATMENT_PLAN,
    action=BY_CONSULTANTS,
    fields=(
        Field(name="projects", kind=Kind.CODES, zh="项目", en="Projects", required=True),
        Field(name="method", kind=Kind.TEXT, zh="方案", en="Plan", required=True, most=4000),
        Field(name="doctor", kind=Kind.CODE, zh="医生", en="Doctor"),
        Field(name="sessions", kind=Kind.WHOLE, zh="次数", en="Sessions", least=1, most=100),
        Field(name="on", kind=Kind.DAY, zh="计划日期", en="Planned for"),
        Field(name="remark", kind=Kind.TEXT, zh="备注", en="Remark", most=1000),
    ),
)
EXAMINATION_REQUEST = Form(
    name="examination_request",
    zh="体检申请单",
    en="Physical examination request",
    stage=EXAMINATION,
    action=BY_CARE,
    fields=(
        Field(
            name="examinations",
            kind=Kind.CHOICES,
            zh="检查项目",
            en="Examinations",
            required=True,
            options=_EXAMINATIONS,
        ),
        Field(name="reason", kind=Kind.TEXT, zh="申请原因", en="Why", required=True, most=1000),
        Field(name="fasting", kind=Kind.FLAG, zh="空腹", en="Fasting"),
        Field(name="remark", kind=Kind.TEXT, zh="备注", en="Remark", most=1000),
    ),
    together=(Together(field="examinations", value="other", needs=("remark",)),),
)
EXAMINATION_RESULT = Form(
    name="examination_result",
    zh="体检报告",
    en="Physical examination result",
    stage=EXAMINATION,
    action=BY_CARE,
    fields=(
        Field(name="fitness", kind=Kind.CHOICE, zh="结论", en="Conclusion", required=True, options=_FITNESS),
        Field(name="examined_at", kind=Kind.INSTANT, zh="检查时间", en="Examined at", required=True),
        Field(name="findings", kind=Kind.TEXT, zh="检查结果", en="Findings", most=4000),
        Field(name="systolic", kind=Kind.WHOLE, zh="收缩压(mmHg)", en="Systolic (mmHg)", least=40, most=300),
        Field(name="diastolic", kind=Kind.WHOLE, zh="舒张压(mmHg)", en="Diastolic (mmHg)", least=20, most=200),
        Field(name="allergies", kind=Kind.TEXT, zh="过敏", en="Allergies", most=1000),
        Field(name="conditions", kind=Kind.TEXT, zh="条件或禁忌", en="Conditions or contraindications", most=2000),
    ),
    together=(
        Together(field="fitness", value="conditional", needs=("conditions",)),
        Together(field="fitness", value="unfit", needs=("conditions",)),
    ),
)
CONSENT = Form(
    name="consent",
    zh="手术(治疗)知情自愿书",
    en="Informed consent",
    stage=TREATMENT,
    action=BY_CARE,
    fields=(
        Field(name="procedure", kind=Kind.TEXT, zh="手术(治疗)名称", en="Procedure", required=True),
        Field(name="signed", kind=Kind.FLAG, zh="已签字", en="Signed", required=True),
        Field(name="signed_by", kind=Kind.TEXT, zh="签字人", en="Signed by", most=60),
        Field(name="signer", kind=Kind.CHOICE, zh="签字人身份", en="Who signed", options=_SIGNERS),
        Field(name="signed_at", kind=Kind.INSTANT, zh="签字时间", en="Signed at"),
        Field(name="explained_by", kind=Kind.CODE, zh="告知医生", en="Explained by"),
        Field(name="witness", kind=Kind.CODE, zh="见证人", en="Witness"),
        Field(name="anaesthesia_explained", kind=Kind.FLAG, zh="已做术前麻醉谈话", en="Anaesthesia talked over"),
        Field(name="remark", kind=Kind.TEXT, zh="备注", en="Remark", most=1000),
    ),
    together=(Together(field="signed", value=True, needs=("signed_by", "signer", "signed_at")),),
)
NOTICE = Form(
    name="notice",
    zh="治疗/手术通知单",
    en="Treatment or surgery notice",
    stage=TREATMENT,
    action=BY_CARE,
    fields=(
        Field(name="kind", kind=Kind.CHOICE, zh="类型", en="Kind", required=True, options=_NOTICES),
        Field(name="projects", kind=Kind.CODES, zh="项目", en="Projects", required=True),
        Field(name="doctor", kind=Kind.CODE, zh="医生", en="Doctor", required=True),
        Field(name="nurse", kind=Kind.CODE, zh="护士", en="Nurse"),
        Field(name="room", kind=Kind.TEXT, zh="房间", en="Room", most=40),
        Field(name="planned_at", kind=Kind.INSTANT, zh="时间", en="Planned for"),
        Field(name="anaesthesia", kind=Kind.CHOICE, zh="麻醉方式", en="Anaesthesia", options=_ANAESTHESIA),
        Field(name="preparation", kind=Kind.TEXT, zh="术前准备", en="Preparation", most=2000),
    ),
    together=(Together(field="kind", value="surgery", needs=("anaesthesia", "planned_at")),),
)
PHOTOS = Form(
    name="photos",
    zh="手术/治疗前后照相",
    en="Photos before and after",
    stage=TREATMENT,
    action=BY_CARE,
    fields=(
        Field(name="before", kind=Kind.CHOICE, zh="治疗前", en="Before", required=True, options=_PHOTOS),
        Field(name="after", kind=Kind.CHOICE, zh="治疗后", en="After", required=True, options=_PHOTOS),
        Field(name="taken_by", kind=Kind.CODE, zh="拍照人", en="Taken by"),
        Field(name="why_not", kind=Kind.TEXT, zh="未拍原因", en="Why not", most=300),
    ),
    together=(
        Together(field="before", value="declined", needs=("why_not",)),
        Together(field="after", value="declined", needs=("why_not",)),
    ),
)
AFTER_CARE_NOTES = Form(
    name="after_care",
    zh="术后(治疗后)注意事项",
    en="After-care notes",
    stage=AFTER_CARE,
    action=BY_CARE,
    fields=(
        Field(name="instructions", kind=Kind.TEXT, zh="注意事项", en="Instructions", required=True, most=4000),
        Field(name="explained", kind=Kind.FLAG, zh="已当面告知", en="Explained in person", required=True),
        Field(name="in_writing", kind=Kind.FLAG, zh="已交书面说明", en="Given in writing"),
        Field(name="medication", kind=Kind.TEXT, zh="用药", en="Medication", most=2000),
        Field(name="next_visit", kind=Kind.DAY, zh="复查日期", en="Next visit"),
        Field(name="warning_signs", kind=Kind.TEXT, zh="异常情况须知", en="When to call", most=2000),
    ),
)

FORMS: Mapping[str, Form] = {
    form.name: form
    for form in (
        REGISTRATION,
        CONSULTATION,
        PLAN,
        EXAMINATION_REQUEST,
        EXAMINATION_RESULT,
        CONSENT,
        NOTICE,
        PHOTOS,
        AFTER_CARE_NOTES,
    )
}
"""Every form by its name, in the order of the stages."""

NEEDS = (
    # a recheck (T3) is after-care of a project to which the consent was given then
    Need(stage=TREATMENT, form=CONSENT.name, signed="signed", but=frozenset({VisitClass.RECHECK})),
    Need(stage=LEAVING, form=AFTER_CARE_NOTES.name, if_treated=True),
)
"""Which stage waits for which form."""


def form_named(name: str) -> Form:
    """Return a form. Raises UnknownForm."""
    form = FORMS.get(name)
    if form is None:
        raise UnknownForm(
            Both("There is no form {name}.", "没有表单 {name}。").format(name=name), facts={"forms": list(FORMS)}
        )
    return form
