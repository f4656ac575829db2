"""Reports in prose, from a grammar of sentences written for these tests, with the answers that the contract gives.

Each clause states its figure's number in one of the ways in which reports write numbers; growth, shares and figures of
other subjects stand between them and are no answers. An id is stated once, except where a report contradicts itself.
"""
from compose import begin, chance

HAN = "零一二三四五六七八九"


def han(n):
    """A count in words as it stands before a counting word."""
    if n == 2:
        return "两"
    if n < 10:
        return HAN[n]
    tens, ones = divmod(n, 10)
    return ("" if tens == 1 else HAN[tens]) + "十" + (HAN[ones] if ones else "")


class Prose:
    def __init__(self, r):
        self.r, self.rng = r, r.rng

    def value(self, low=1, high=None):
        if high is None:
            high = self.rng.choice([9, 60, 900, 9000, 60000])
        return self.rng.randint(low, max(low, high))

    def told(self, ident, value, approx=False, scope=""):
        self.r.answer(ident, value, "", scope, approx)

    def n(self, ident, unit, value=None, scope="", exact=False, words=False):
        """A number with its unit, and its answer. `words`: small ones may be written out."""
        rng = self.rng
        v = self.value() if value is None else value
        k = rng.random()
        if words and v < 60 and v > 0 and k < 0.35:
            self.told(ident, v, False, scope)
            return han(v) + unit
        if exact or v < 20 or k < 0.66:
            self.told(ident, v, False, scope)
            return f"{v}{unit}"
        if k < 0.74:
            self.told(ident, v, False, scope)
            return f"{v:,}{unit}"
        if k < 0.82 and v >= 10000:
            v = v // 100 * 100
            self.told(ident, v, False, scope)
            return f"{v / 10000:g}万{unit}"
        self.told(ident, v, True, scope)
        if k < 0.88:
            return rng.choice(["近", "约", "超过"]) + f"{v}{unit}"
        if k < 0.96:
            return f"{v}{rng.choice(['余', '多'])}{unit}"
        return f"{v}{unit}{rng.choice(['左右', '以上'])}"

    def zero(self, *ids):
        for i in ids:
            self.told(i, 0)

    def growth(self, unit):
        """What follows a figure and is none."""
        rng = self.rng
        if chance(rng, 0.6):
            return ""
        return rng.choice([f"，比上年增长{rng.randint(1, 99)}.{rng.randint(0, 9)}%", f"，同比增加{rng.randint(1, 900)}{unit}",
                           f"，较上年减少{rng.randint(1, 900)}{unit}", f"，同比下降{rng.randint(1, 60)}%",
                           f"，较{self.r.year - 1}年增长{rng.randint(1, 60)}%"])

    # ---- clauses; each returns whole sentences

    def proactive(self):
        a, rng = self.n, self.rng
        opening = rng.choice(["全年", "全县", f"{self.r.year}年，全县", "本年度", ""])
        kind = rng.randrange(4)
        if kind == 0:
            return f"{opening}主动公开政府信息{a('proactive.total', '条')}{self.growth('条')}。"
        if kind == 1:
            v = [self.value() for _ in range(4)]
            own = ["website", "gazette", "weibo", "wechat"]
            total = a("proactive.total", "条", sum(v), exact=True)
            part = [a("proactive.channel." + k, "条", x, exact=True) for k, x in zip(own, v)]
            names = ["政府网站公开政府信息", "政府公报公开政府信息", "政务微博公开政府信息", "政务微信公开政府信息"]
            return f"{opening}共主动公开政府信息{total}，其中" + rng.choice(["，", "、", "；"]).join(
                n + p for n, p in zip(names, part)) + "。"
        if kind == 2:
            own = rng.sample([("website", "政府网站"), ("gazette", "政府公报"), ("weibo", "政务微博"), ("wechat", "政务微信")], 3)
            parts = [a("proactive.channel." + k, "条", exact=True) for k, _ in own]
            return f"通过{own[0][1]}、{own[1][1]}和{own[2][1]}分别公开政府信息{parts[0]}、{parts[1]}和{parts[2]}。"
        v = self.value()  # since the rules came into force at least the year's
        return (f"{opening}主动公开政府信息{a('proactive.total', '条', v)}{self.growth('条')}。截至{self.r.year}年底，累计主动公开"
                f"政府信息{a('proactive.cumulative', '条', v + self.value(9000, 90000))}。")

    def contradiction(self):
        v = self.value(100, 9000)
        one, two = self.n("proactive.total", "条", v, exact=True), self.n("proactive.total", "条", v + 17, exact=True)
        return f"全年主动公开政府信息{one}。在抓好更新的同时，本年度共主动公开政府信息{two}。"

    def normative(self):
        a = self.n
        return self.rng.choice([
            lambda: f"全年制发规范性文件{a('proactive.normative.issued', '件')}，主动公开规范性文件"
                    f"{a('proactive.normative.disclosed', '件')}。",
            lambda: f"主动公开规范性文件{a('proactive.normative.disclosed', '件')}{self.growth('件')}。"])()

    def gazette(self):
        return f"编印政府公报{self.n('proactive.gazette_issues', '期', self.value(1, 24), words=True)}，免费发放到乡镇和社区。"

    def response(self):
        a, rng = self.n, self.rng
        head = self.value(1, 20)
        lead = rng.randint(1, head)
        out = [f"举办新闻发布会{a('response.press_conferences', '次', head, words=True, exact=True)}，其中主要负责同志参加新闻发布会"
               f"{a('response.press_conferences.leader', '次', lead, exact=True)}",
               f"开展政府网站在线访谈{a('response.interviews', '次', self.value(1, 30), words=True)}",
               f"发布政策解读稿件{a('response.interpretations', '篇')}{self.growth('篇')}",
               f"回应公众关注热点{a('response.hot_topics', '次', self.value(1, 90))}"]
        rng.shuffle(out)
        return rng.choice(["。", "；"]).join(out) + "。"

    def requests(self):
        a, rng = self.n, self.rng
        who = rng.choice(["全年共", "全县共", f"{self.r.year}年，全县", "本年度", "全年"])
        verb, unit = rng.choice(["收到", "受理", "收到"]), rng.choice(["件", "件", "宗"])
        kind = rng.randrange(7)
        v = self.asked = self.value(1, rng.choice([30, 400, 3000]))
        if kind == 0:
            v = [self.value(1, 300) for _ in range(3)]
            self.asked = sum(v)
            total = a("requests.received", unit, sum(v), exact=True)
            parts = [a("requests.received." + k, unit, x, exact=True) for k, x in zip(("in_person", "online", "letter"), v)]
            return f"{who}{verb}政府信息公开申请{total}，其中当面申请{parts[0]}、网络申请{parts[1]}、信函申请{parts[2]}。"
        received = lambda: a("requests.received", unit, v, exact=True)
        if kind == 1:
            text = f"{who}{verb}政府信息公开申请{received()}，{rng.choice(['均', '全部'])}按时办结。"
            self.told("requests.closed", v)
            self.told("requests.closed.on_time", v)
            return text
        if kind == 2:
            text = f"{who}{verb}政府信息公开申请{received()}，均按期答复。"
            self.told("requests.replied", v)
            self.told("requests.closed.on_time", v)
            return text
        if kind == 3:
            text = f"{who}{verb}政府信息公开申请{received()}，已全部办结。"
            self.told("requests.closed", v)
            return text
        if kind == 4:
            self.zero("requests.received")
            return rng.choice(["全年未收到政府信息公开申请。", "本年度没有收到公民、法人和其他组织的政府信息公开申请。",
                               f"{self.r.year}年，我县未接到依申请公开政府信息的申请。"])
        if kind == 5:
            parts = rng.sample([("县本级", "headquarters"), ("各乡镇", "township")], 2)
            w = [self.value(1, 90), self.value(1, 90)]
            self.asked = sum(w)
            total = a("requests.received", unit, sum(w), exact=True)
            own = [n + a("requests.received", unit, x, s, exact=True) for (n, s), x in zip(parts, w)]
            return f"{who}{verb}政府信息公开申请{total}，其中{own[0]}，{own[1]}。"
        text = f"{who}{verb}政府信息公开申请{a('requests.received', unit, v)}{self.growth(unit)}。"
        return text

    def outcomes(self):
        a, rng = self.n, self.rng
        items = [("同意公开", "granted"), ("同意部分公开", "partial"), ("不予公开", "denied"),
                 ("申请信息不存在", "nonexistent"), ("不属于本行政机关公开", "not_this_agency"), ("告知作出更改补充", "amend")]
        asked = getattr(self, "asked", 450)
        chosen = rng.sample(items, rng.randint(2, min(5, max(2, asked))))
        most = max(1, min(90, asked // len(chosen)))  # no more outcomes than requests: a check would rightly fail
        return "从申请的办理结果看，" + rng.choice(["，", "；", "、"]).join(
            n + a("requests.outcome." + k, "件", self.value(1, most), exact=True) for n, k in chosen) + "。"

    def disputes(self):
        a, rng = self.n, self.rng
        kind = rng.randrange(6)
        if kind == 0:
            self.zero("review.total", "litigation.total")
            return rng.choice(["全年未发生因政府信息公开引起的行政复议和行政诉讼。",
                               "本年度没有因政府信息公开被申请行政复议、提起行政诉讼的情况。"])
        if kind == 1:
            u, c = self.value(1, 9), self.value(1, 9)
            return (f"全年收到政府信息公开行政复议申请{a('review.total', '件', u + c, exact=True)}，其中维持具体行政行为"
                    f"{a('review.upheld', '件', u)}，被依法纠错{a('review.corrected', '件', c)}。")
        if kind == 2:
            self.zero("complaints.total")
            return f"因政府信息公开引发的行政诉讼{a('litigation.total', '件', self.value(1, 19))}，未收到政府信息公开工作的举报投诉。"
        if kind == 3:
            self.zero("litigation.total")
            return f"发生政府信息公开行政复议{a('review.total', '起', self.value(1, 19))}，未发生行政诉讼。"
        if kind == 4:
            return (f"政府信息公开行政复议{a('review.total', '件', self.value(1, 40))}、行政诉讼"
                    f"{a('litigation.total', '件', self.value(1, 40))}。")
        self.zero("review.total", "litigation.total", "complaints.total")
        return "全年没有发生涉及政府信息公开的行政复议、行政诉讼和举报投诉。"

    def fees(self):
        if chance(self.rng, 0.6):
            self.zero("fees.collected")
            return self.rng.choice(["全年依申请公开政府信息未收取任何费用。", "依申请公开信息没有收取费用。"])
        return f"全年依申请公开信息收取费用{self.n('fees.collected', '元', exact=True)}。"

    def staff(self):
        a = self.n
        full, part = self.value(1, 60), self.value(1, 200)
        return self.rng.choice([
            lambda: f"全县从事政府信息公开工作人员{a('org.staff', '人', full + part, exact=True)}，其中专职人员"
                    f"{a('org.staff.fulltime', '人', full, exact=True)}、兼职人员{a('org.staff.parttime', '人', part, exact=True)}。",
            lambda: f"全县设置政府信息公开查阅点{a('org.access_points', '个', self.value(1, 90))}，接待查阅"
                    f"{a('org.access_points.visits', '人次')}。"])()

    def training(self):
        a = self.n
        return self.rng.choice([
            lambda: f"召开政府信息公开工作会议{a('training.meetings', '次', self.value(1, 30), words=True)}，举办培训班"
                    f"{a('training.sessions', '期', self.value(1, 30), words=True)}，接受培训人员{a('training.trainees', '人次')}。",
            lambda: f"组织业务培训{a('training.sessions', '次', self.value(1, 30), words=True)}，培训"
                    f"{a('training.trainees', '人次')}{self.growth('人次')}。"])()

    def proposals(self):
        a = self.n
        rate = self.rng.choice(["100%", "98.5%"])
        self.told("proposals.closed_rate", float(rate[:-1]))
        return (f"办理人大代表建议{a('proposals.congress', '件', self.value(1, 200), exact=True)}、政协提案"
                f"{a('proposals.cppcc', '件', self.value(1, 200), exact=True)}，办复率{rate}。")

    def visits(self):
        v = self.value(2, 900)
        self.told("website.visits", v * 10000)
        return f"县政府网站全年访问量达{v}万人次{self.growth('万人次')}。"

    def consult(self):
        a = self.n
        return f"接待现场咨询{a('consult.onsite', '人次')}，答复电话、网络咨询{a('consult.remote', '人次')}。"

    def powers(self):
        a = self.n
        one, two = self.value(1, 60), self.value(61, 120)
        return self.rng.choice([
            lambda: f"第一批取消行政审批事项{a('powers.approval_items.cancelled', '项', one, exact=True)}，第二批取消行政审批事项"
                    f"{a('powers.approval_items.cancelled', '项', two, exact=True)}。",
            lambda: f"取消行政审批事项{a('powers.approval_items.cancelled', '项', one)}，下放行政审批事项"
                    f"{a('powers.approval_items.delegated', '项', two)}。"])()

    def other(self):
        rng = self.rng
        return rng.choice([f"全县生产总值完成{rng.randint(20, 900)}.{rng.randint(1, 9)}亿元，增长{rng.randint(1, 15)}%。",
                           f"新建农村公路{rng.randint(9, 300)}公里，改造住房{rng.randint(90, 3000)}套。",
                           f"栽植树木{rng.randint(1, 9)}.{rng.randint(10, 99)}万亩。",
                           "县政府印发了第三批清单，明确了五个方面的任务。",
                           f"会议定于{self.r.year}年6月{rng.randint(1, 28)}日召开，联系电话0931-{rng.randint(1000000, 9999999)}。"])


SECTIONS = [("一、主动公开情况", ["proactive", "normative", "gazette", "visits", "powers"]),
            ("二、回应解读情况", ["response"]),
            ("三、依申请公开情况", ["requests", "outcomes"]), ("四、收费及减免情况", ["fees"]),
            ("五、行政复议、行政诉讼情况", ["disputes"]), ("六、机构建设和培训情况", ["staff", "training", "consult"]),
            ("七、建议提案办理情况", ["proposals"])]


def report(seed, kind):
    r = begin(seed, "prose", kind, range(2009, 2019))
    p = Prose(r)
    for title, clauses in SECTIONS:
        r.add("head", title)
        sentences = []
        for name in clauses:
            if name == "proactive" and chance(r.rng, 0.06):
                name = "contradiction"
                r.note(name)
            if chance(r.rng, 0.8):
                sentences.append(getattr(p, name)())
            if chance(r.rng, 0.25):
                sentences.append(p.other())
        if not sentences:
            sentences.append("有关工作平稳有序。")
        if chance(r.rng, 0.5):
            for s in sentences:
                r.add("para", s)
        else:
            r.add("para", "".join(sentences))
    r.add("head", "八、存在的主要问题及改进措施")
    r.add("para", "个别单位更新不够及时，解读形式比较单一，有待改进。")
    return r
