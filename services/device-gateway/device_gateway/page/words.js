// Every text of the page in both languages.

export const WORDS = {
  zh: {
    title: "前台", slogan: "诊所前台 · 到院、分诊、流水牌", account: "工号", password: "密码", new_password: "新密码", enter: "登录",
    other_language: "English", board: "流水牌", branch: "门店", leave: "退出", filter: "姓名或手机尾号",
    consultants: "咨询医生", unrecognised: "未识别的扫码", dismiss: "忽略",
    alerts: "主管提醒", now: "刚刚", ago: "{0}前", to_card: "查看该客户的卡片",
    live: "实时", reconnecting: "正在重连…", stale: "停留在 {0}", loading: "载入中…",
    all: "总览", appointments: "预约", reception: "接待", consultation: "咨询", treatment: "治疗", payment: "付款",
    nobody_here: "暂无", nobody_found: "没有符合的客户", unnamed: "(姓名未到)",
    empty_appointments: "今天没有待到的预约", empty_reception: "扫码或新增接待后显示在这里",
    empty_consultation: "分诊后显示在这里", empty_treatment: "付款或直接到科室后显示在这里", empty_payment: "没有待付款的客户",
    no_consultants: "还没有排班的咨询医生", waited: "已等 {0}", lasts: "{0}", expected: "{0} 到", late: "已迟到", supervisor: "需主管",
    missing: "待问:{0}", projects: "项目", department: "科室 {0}", online: "网电 {0}", due: "应付",
    other_branch: "他店未结束的接待", elsewhere: "已到他店",
    must_change: "此密码由他人设置,请设定自己的新密码", weak: "新密码太容易猜到,请至少用 10 个字符,勿用常见密码、姓名或工号",
    wrong: "工号或密码不对", locked: "错误次数过多,请 {0} 秒后再试", away: "服务器没有回应,请稍后再试", again: "登录已过期,请重新登录",
    no_branch: "还没有您可以看的门店", not_allowed: "您的角色不能这样做", minutes: "{0} 分钟", hours: "{0} 小时 {1} 分", since: "自 {0}",
    known_now: "号码已绑定客户", moved_on: "这条记录已处理",
    class: { first_visit: "初诊", return_visit: "复诊", recheck: "复查", repurchase: "再消费", other: "其他" },
    state: {
      booked: "已预约", confirmed: "已确认", no_show: "未到", scanned: "已扫码", arrived: "已到院", registered: "待分诊",
      voided: "分诊作废", supervisor: "待主管安排", waiting: "等候中", in_consultation: "咨询中", finished: "咨询结束",
      due: "待付款", to_charge: "待开单", paid: "已付款", treated: "已治疗", examination: "检查", diagnosis: "诊断设计",
      treatment_plan: "治疗方案", payment: "付款", treatment: "治疗中", after_care: "术后护理",
    },
    status: { idle: "空闲", busy: "接诊中", out: "外出", off: "休息", leave: "请假", late: "迟到", none: "未报" },
    severity: { urgent: "紧急", warning: "注意", notice: "知悉" },
    reason: {
      unknown_code: "号码未知", card_lost: "卡已挂失", card_returned: "卡已退回", card_replaced: "卡已更换",
      appointment_cancelled: "预约已取消",
    },
  },
  en: {
    title: "Front desk", slogan: "Arrivals, triage and the flow board", account: "Account", password: "Password", new_password: "New password", enter: "Sign in",
    other_language: "中文", board: "Flow board", branch: "Branch", leave: "Sign out", filter: "Name or last digits",
    consultants: "Consultants", unrecognised: "Unrecognised reads", dismiss: "Dismiss",
    alerts: "Alerts", now: "just now", ago: "{0} ago", to_card: "Show the visitor's card",
    live: "Live", reconnecting: "Reconnecting…", stale: "Stale since {0}", loading: "Loading…",
    all: "Overview", appointments: "Appointments", reception: "Reception", consultation: "Consultation", treatment: "Treatment",
    payment: "Payment", nobody_here: "Nobody", nobody_found: "Nobody fits the filter", unnamed: "(name not told yet)",
    empty_appointments: "Nobody else is expected today", empty_reception: "Read a card or add a visitor: they appear here",
    empty_consultation: "Visitors appear here once assigned", empty_treatment: "Visitors appear here once they have paid",
    empty_payment: "Nobody has to pay", no_consultants: "No consultant is on the roster yet",
    waited: "waits {0}", lasts: "{0}", expected: "due {0}", late: "late", supervisor: "supervisor", missing: "ask for: {0}",
    projects: "project", department: "Dept. {0}", online: "Online {0}", due: "due",
    other_branch: "the open visit in another branch", elsewhere: "in another branch",
    must_change: "Somebody else has set this password: take one of your own.",
    weak: "This password is too easy to guess: 10 characters or more, no common words, not your name.",
    wrong: "Account or password is wrong.", locked: "Too many tries; try again in {0} s.",
    away: "The server does not answer; try again in a moment.", again: "Your sign-in has expired; sign in again.",
    no_branch: "There is no branch for you to look at yet.", not_allowed: "Your role does not allow this.",
    minutes: "{0} min", hours: "{0} h {1} min", since: "since {0}", known_now: "The number is a customer's now",
    moved_on: "This read has been dealt with",
    class: { first_visit: "First visit", return_visit: "Return", recheck: "Recheck", repurchase: "Repurchase", other: "Other" },
    state: {
      booked: "Booked", confirmed: "Confirmed", no_show: "No-show", scanned: "Card read", arrived: "Arrived", registered: "To triage",
      voided: "Triage void", supervisor: "For the supervisor", waiting: "Waiting", in_consultation: "In consultation",
      finished: "Consulted", due: "To pay", to_charge: "To charge", paid: "Paid", treated: "Treated", examination: "Examination",
      diagnosis: "Diagnosis", treatment_plan: "Plan", payment: "Payment", treatment: "In treatment", after_care: "After-care",
    },
    status: { idle: "Idle", busy: "Busy", out: "Out", off: "Off", leave: "On leave", late: "Late", none: "Unknown" },
    severity: { urgent: "Urgent", warning: "Warning", notice: "Notice" },
    reason: {
      unknown_code: "unknown number", card_lost: "card reported lost", card_returned: "card returned", card_replaced: "card replaced",
      appointment_cancelled: "appointment cancelled",
    },
  },
};

let language = localStorage.getItem("language") === "en" ? "en" : "zh";

export const spoken = () => language;

export function speak(other) {
  language = other;
  localStorage.setItem("language", other);
}

/** Return a text, with its values put in; a list's word by `path` "list.word", else the word itself. */
export function text(path, ...values) {
  const [head, word] = path.split(".", 2);
  const found = word === undefined ? WORDS[language][head] : WORDS[language][head][word];
  return (found ?? word ?? head).replace(/\{(\d)\}/g, (_, place) => values[Number(place)]);
}
