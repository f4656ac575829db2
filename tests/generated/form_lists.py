"""Lists of indicators: the local tables of 2008 to 2013 and the statistics table of 2014 to 2018, typed from their forms."""
from compose import Cell, Table, begin, chance, figure, label, number, split, widen
from form_tables import FILLERS

# label, unit, id ("" none of the contract's, "?" left open by it)
DINGXI = [
    ("主动公开信息数", "条", "proactive.total"), ("其中：全文电子化的主动公开信息数", "条", ""),
    ("新增的行政规范性文件数", "条", ""), ("提供服务类信息数", "条", ""), ("网站专栏页面访问量", "人次", ""),
    ("现场接待人数", "人次", "?consult.onsite"), ("网上咨询数", "人次", "?consult.remote"),
    ("咨询电话接听数", "人次", "?consult.remote"), ("依申请公开信息目录数", "条", ""),
    ("申请总数", "条", "requests.received"), ("其中：1.当面申请数", "条", "requests.received.in_person"),
    ("2.传真申请数", "条", "requests.received.fax"), ("3.电子邮件申请数", "条", "requests.received.email"),
    ("4.网上申请数", "条", "requests.received.online"), ("5.信函申请数", "条", "requests.received.letter"),
    ("6.其他形式申请数", "条", "requests.received.other"), ("对申请的答复总数", "条", "requests.replied"),
    ("其中：1.同意公开答复数", "条", "requests.outcome.granted"),
    ("2.同意部分公开答复数", "条", "requests.outcome.partial"),
    ("3.否决公开答复总数", "条", "requests.outcome.denied"),
    ("其中：(1)“非《规定》所指政府信息”数", "条", "requests.outcome.denied.not_gov_info"),
    ("(2)“信息不存在”数", "条", "requests.outcome.nonexistent"),
    ("(3)“非本部门掌握”数", "条", "requests.outcome.not_this_agency"), ("(4)“申请内容不明确”数", "条", ""),
    *[(f"({n + 4})“免予公开范围{n}”数", "条", "") for n in range(1, 7)], ("(11)其它原因", "条", ""),
    ("行政复议数", "件", "review.total"), ("行政诉讼数", "件", "litigation.total"), ("行政申诉数", "件", "appeals.total"),
    ("其中：对本部门首次处理不满意的行政申诉数*", "件", "")]
PUTIAN = [
    ("主动公开信息数", "条", "proactive.total"), ("其中：1.政府网站", "条", "proactive.channel.website"),
    ("2.政府公报", "条", "proactive.channel.gazette"), ("受理依申请公开信息总数", "条", "requests.received"),
    ("其中：1.当面申请数", "条", "requests.received.in_person"), ("2.传真申请数", "条", "requests.received.fax"),
    ("3.电子邮件申请数", "条", "requests.received.email"), ("4.网上申请数", "条", "requests.received.online"),
    ("5.信函申请数", "条", "requests.received.letter"), ("6.其它形式申请数", "条", "requests.received.other"),
    ("本年度对申请的答复总数", "条", "requests.replied"), ("其中：1.同意公开答复数", "条", "requests.outcome.granted"),
    ("2.同意部分公开答复数", "条", "requests.outcome.partial"), ("3.否决公开答复数", "条", "requests.outcome.denied"),
    ("行政复议数", "件", "review.total"), ("行政诉讼数", "件", "litigation.total"), ("行政申诉数", "件", "appeals.total")]

F2014 = [
    ("一、主动公开情况", "——", None),
    ("（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）", "条", "proactive.total"),
    ("其中：主动公开规范性文件数", "条", "proactive.normative.disclosed"),
    ("制发规范性文件总数", "件", "proactive.normative.issued"),
    ("（二）通过不同渠道和方式公开政府信息的情况", "——", None),
    ("1.政府公报公开政府信息数", "条", "proactive.channel.gazette"),
    ("2.政府网站公开政府信息数", "条", "proactive.channel.website"),
    ("3.政务微博公开政府信息数", "条", "proactive.channel.weibo"),
    ("4.政务微信公开政府信息数", "条", "proactive.channel.wechat"),
    ("5.其他方式公开政府信息数", "条", "proactive.channel.other"),
    ("二、回应解读情况", "——", None),
    ("（一）回应公众关注热点或重大舆情数（不同方式回应同一热点或舆情计1次）", "次", "response.hot_topics"),
    ("（二）通过不同渠道和方式回应解读的情况", "——", None),
    ("1.参加或举办新闻发布会总次数", "次", "response.press_conferences"),
    ("其中：主要负责同志参加新闻发布会次数", "次", "response.press_conferences.leader"),
    ("2.政府网站在线访谈次数", "次", "response.interviews"),
    ("其中：主要负责同志参加政府网站在线访谈次数", "次", "response.interviews.leader"),
    ("3.政策解读稿件发布数", "篇", "response.interpretations"),
    ("4.微博微信回应事件数", "次", "response.weibo_wechat"), ("5.其他方式回应事件数", "次", "response.other"),
    ("三、依申请公开情况", "——", None), ("（一）收到申请数", "件", "requests.received"),
    ("1.当面申请数", "件", "requests.received.in_person"), ("2.传真申请数", "件", "requests.received.fax"),
    ("3.网络申请数", "件", "requests.received.online"), ("4.信函申请数", "件", "requests.received.letter"),
    ("（二）申请办结数", "件", "requests.closed"), ("1.按时办结数", "件", "requests.closed.on_time"),
    ("2.延期办结数", "件", "requests.closed.extended"), ("（三）申请答复数", "件", "requests.replied"),
    ("1.属于已主动公开范围数", "件", "requests.outcome.already_public"),
    ("2.同意公开答复数", "件", "requests.outcome.granted"), ("3.同意部分公开答复数", "件", "requests.outcome.partial"),
    ("4.不同意公开答复数", "件", "requests.outcome.denied"),
    ("其中：涉及国家秘密", "件", "requests.outcome.denied.state_secret"),
    ("涉及商业秘密", "件", "requests.outcome.denied.trade_secret"),
    ("涉及个人隐私", "件", "requests.outcome.denied.privacy"),
    ("危及国家安全、公共安全、经济安全和社会稳定", "件", "requests.outcome.denied.security"),
    ("不是《条例》所指政府信息", "件", "requests.outcome.denied.not_gov_info"),
    ("法律法规规定的其他情形", "件", "requests.outcome.denied.other_law"),
    ("5.不属于本行政机关公开数", "件", "requests.outcome.not_this_agency"),
    ("6.申请信息不存在数", "件", "requests.outcome.nonexistent"),
    ("7.告知作出更改补充数", "件", "requests.outcome.amend"),
    ("8.告知通过其他途径办理数", "件", "requests.outcome.redirected"),
    ("四、行政复议数量", "件", "review.total"), ("（一）维持具体行政行为数", "件", "review.upheld"),
    ("（二）被依法纠错数", "件", "review.corrected"), ("（三）其他情形数", "件", "review.other"),
    ("五、行政诉讼数量", "件", "litigation.total"),
    ("（一）维持具体行政行为或者驳回原告诉讼请求数", "件", "litigation.upheld"),
    ("（二）被依法纠错数", "件", "litigation.corrected"), ("（三）其他情形数", "件", "litigation.other"),
    ("六、举报投诉数量", "件", "complaints.total"), ("七、依申请公开信息收取的费用", "万元", "fees.collected"),
    ("八、机构建设和保障经费情况", "——", None), ("（一）政府信息公开工作专门机构数", "个", "org.agencies"),
    ("（二）设置政府信息公开查阅点数", "个", "org.access_points"), ("（三）从事政府信息公开工作人员数", "人", "org.staff"),
    ("1.专职人员数（不包括政府公报及政府网站工作人员数）", "人", "org.staff.fulltime"),
    ("2.兼职人员数", "人", "org.staff.parttime"),
    ("（四）政府信息公开专项经费（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费）", "万元", "org.budget"),
    ("九、政府信息公开会议和培训情况", "——", None),
    ("（一）召开政府信息公开工作会议或专题会议数", "次", "training.meetings"),
    ("（二）举办各类培训班数", "次", "training.sessions"), ("（三）接受培训人员数", "人次", "training.trainees")]
LOCAL = [("主动公开机构领导、机构设置及人事信息数", "条"), ("主动公开行政执法信息数", "条"), ("主动公开规划计划、统计信息数", "条"),
         ("主动公开财务预决算信息数", "条"), ("主动公开招标采购信息数", "条"), ("主动公开应急管理信息数", "条")]
SUMS = {"requests.received": [".in_person", ".fax", ".email", ".online", ".letter", ".other"],
        "requests.closed": [".on_time", ".extended"], "org.staff": [".fulltime", ".parttime"],
        "requests.outcome.denied": [".state_secret", ".trade_secret", ".privacy", ".security", ".not_gov_info",
                                    ".other_law"]}
REPLIED_2014 = ["already_public", "granted", "partial", "denied", "not_this_agency", "nonexistent", "amend", "redirected"]


def values(r, rows, year_2014):
    """Values of the ids, whose parts make their totals."""
    rng = r.rng
    v = {i: number(rng) for _, _, i in rows if i and i[0] != "?"}
    for total, parts in SUMS.items():
        own = [total + p for p in parts if total + p in v]
        if own and (year_2014 or total != "requests.outcome.denied"):
            v[total] = sum(v[p] for p in own)
    outcomes = REPLIED_2014 if year_2014 else ["granted", "partial", "denied"]
    if not year_2014 and "requests.outcome.denied.not_gov_info" in v:
        low = ["denied.not_gov_info", "nonexistent", "not_this_agency"]
        v["requests.outcome.denied"] = sum(v["requests.outcome." + k] for k in low) + number(rng, 5)
    v["requests.replied"] = sum(v["requests.outcome." + k] for k in outcomes)
    for t in ("review", "litigation"):
        if t + ".upheld" in v:
            v[t + ".total"] = sum(v[f"{t}.{k}"] for k in ("upheld", "corrected", "other"))
    for t in ("response.press_conferences", "response.interviews"):
        if t in v:
            v[t] += v[t + ".leader"]
    for t in ("fees.collected", "org.budget"):
        if t in v:
            v[t] = rng.choice([0, 0, number(rng, 80), round(rng.uniform(0.01, 60), 2)])
    if chance(rng, 0.12):
        t = rng.choice(["requests.closed", "requests.replied", "org.staff"] if year_2014 else ["requests.received"])
        # a list of 2008 may lack a way of asking, so that only a total below its parts is an error
        if year_2014 or v[t] > 0:
            v[t] += rng.choice([1, 3, 10]) if year_2014 else -1
            r.failing.append(v[t])
            r.note("misprinted total of " + t)
            r.style["zero"] = "0"
    return v


def list_2008(r, loose):
    rng = r.rng
    town = chance(rng, 0.5)
    rows = PUTIAN if town else DINGXI
    v = values(r, rows, False)
    heads = ["指标名称", "计量单位", f"{r.year}年度", rng.choice(["历年累计", "累计"])] if town else \
        ["指标名称", "计量单位", "代码", "本期实际", "本年累计"]
    out = [[Cell(h) for h in heads]]
    for k, (text, unit, ident) in enumerate(rows):
        if ident and ident[0] == "?":
            r.open.add(ident[1:])
            ident = None
        value = v[ident] if ident else number(rng)
        row = [Cell(label(r, text)), Cell(unit)]
        if town:
            whole = value + number(rng, 30000)
            row.append(figure(r, value, ident))
            row.append(figure(r, whole, "proactive.cumulative" if ident == "proactive.total" else None))
        else:
            row += [Cell(f"{k + 1:02}"), figure(r, number(rng, value) if value else 0), figure(r, value, ident)]
        out.append(row)
    return Table(out, [50, 16, 17, 17] if town else [46, 14, 10, 15, 15], flat=True)


def list_2014(r, loose):
    rng = r.rng
    rows = list(F2014)
    if chance(rng, 0.2):
        rows[4:4] = [(t, u, "") for t, u in rng.sample(LOCAL, rng.randint(1, 5))]
        r.note("local rows")
    v = values(r, rows, True)
    heads = rng.choice([["统计指标", "单位", "统计数"], ["统计指标", "单位", "统计数"], ["指标名称", "计量单位", "统计数"],
                        ["统 计 指 标", "单 位", "统 计 数"]])
    serial, merged = chance(rng, 0.2), not loose and chance(rng, 0.15)
    if merged:
        r.note("sections merged in a column")
        heads = [heads[0], *heads[1:]]
    out, section = [], None
    lead = [Cell("序号")] if serial else []
    out.append(lead + [Cell(heads[0], cols=2 if merged else 1)] + [Cell(h) for h in heads[1:]])
    blank_heading = rng.choice(["", "——", "—", "/"])
    for k, (text, unit, ident) in enumerate(rows):
        top = text[0] in "一二三四五六七八九" and text[1] == "、"
        row = [Cell(str(k + 1))] if serial else []
        if merged and top:
            section = Cell(label(r, text), 1)
            if ident:  # 四、行政复议数量 has a figure of its own
                row.append(Cell(label(r, text), cols=2))
                section = None
            else:
                row += [section, Cell("")]
        else:
            if merged and section:
                section.rows += 1
                row.append(Cell(label(r, text)))
            else:
                row.append(Cell(label(r, text), cols=2 if merged else 1))
        row.append(Cell(unit))
        if ident is None:
            row.append(Cell(blank_heading, figure=True))
        elif ident == "":
            row.append(figure(r, number(rng)))
        else:
            factor = 10000 if unit == "万元" else 1
            row.append(figure(r, v[ident], ident, unit=unit if unit != "人次" else "", factor=factor))
        out.append(row)
    widths = ([7] if serial else []) + ([16, 50] if merged else [62]) + [14, 16]
    return Table(out, widths, flat=not merged, caption=f"政府信息公开情况统计表（{r.year}年度）")


def report(seed, form, kind):
    early = form == "2008"
    r = begin(seed, form, kind, range(2009, 2014) if early else range(2014, 2019))
    rng = r.rng
    loose = kind == "pdf-loose"
    r.add("para", rng.choice(FILLERS))
    r.add("head", "一、概述")
    r.add("para", rng.choice(FILLERS))
    r.add("head", "二、主要问题及改进措施")
    r.add("para", FILLERS[4])
    t = (list_2008 if early else list_2014)(r, loose)
    r.add("head", rng.choice(["附表", "附件"]) if early else t.caption)
    if not early:
        r.add("para", f"填报单位（盖章）：{r.body}办公室")
    pieces = [t]
    if not kind.startswith("pdf"):
        if t.flat and chance(rng, 0.15):
            pieces = split(r, t, rng.randint(4, len(t.rows) - 4), chance(rng, 0.5))
        elif chance(rng, 0.15):
            widen(r, t)
    for p in pieces:
        r.add("table", table=p)
    if not early:
        r.add("para", "单位负责人：王某某  审核人：李某某  填报人：张某某")
    return r
