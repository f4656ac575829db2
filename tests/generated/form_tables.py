"""The three tables of the 2019 and the 2021 template, typed from the statutory forms."""
from compose import Cell, Table, begin, chance, figure, label, number, split, upright, widen

WHO = ["natural_person", "business", "research", "charity", "legal_service", "other_org"]
DENIED = [("1.属于国家秘密", "state_secret"), ("2.其他法律行政法规禁止公开", "law_prohibits"), ("3.危及“三安全一稳定”", "security"),
          ("4.保护第三方合法权益", "third_party"), ("5.属于三类内部事务信息", "internal"), ("6.属于四类过程性信息", "process"),
          ("7.属于行政执法案卷", "enforcement"), ("8.属于行政查询事项", "inquiry")]
UNAVAILABLE = [("1.本机关不掌握相关政府信息", "not_held"), ("2.没有现成信息需要另行制作", "needs_creation"),
               ("3.补正后申请内容仍不明确", "unclear")]
NOT_PROCESSED = [("1.信访举报投诉类申请", "petition"), ("2.重复申请", "duplicate"), ("3.要求提供公开出版物", "publication"),
                 ("4.无正当理由大量反复申请", "bulk"), ("5.要求行政机关确认或重新出具已获取信息", "reissue")]
OTHER = [("1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "requests.outcome.other.no_correction"),
         ("2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", "requests.outcome.other.no_payment"),
         ("3.其他", "requests.outcome.other")]
CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"


def outcome_rows(era):
    """(group or None, its rows as (label, id))"""
    o = "requests.outcome."
    rows = [(None, [("（一）予以公开", o + "granted")]),
            (None, [("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", o + "partial")]),
            ("（三）不予公开", [(t, o + "denied." + k) for t, k in DENIED]),
            ("（四）无法提供", [(t, o + "unavailable." + k) for t, k in UNAVAILABLE]),
            ("（五）不予处理", [(t, o + "not_processed." + k) for t, k in NOT_PROCESSED])]
    rows.append((None, [("（六）其他处理", o + "other")]) if era == 2019 else ("（六）其他处理", OTHER))
    return rows


# ---- table two


def signed(r, value):
    if value == 0:
        return "0"
    size = abs(value)
    return r.rng.choice([f"+{size}", f"＋{size}", f"增{size}", f"{size}"] if value > 0 else
                        [f"-{size}", f"－{size}", f"减{size}", f"—{size}"])


def change(r, ident):
    value = r.rng.choice([0, 0, number(r.rng, 40), -number(r.rng, 40), number(r.rng, 2000)])
    if value == 0:
        return figure(r, 0, ident)
    r.answer(ident, value)
    return Cell(signed(r, value), figure=True)


def count(r, ident, unit, top=None):
    value = number(r.rng, top)
    c = figure(r, value, ident, unit=unit)
    if value > 20 and unit == "件" and c.text.isdigit() and chance(r.rng, 0.01):
        c.text += f"（其中修订{r.rng.randint(1, 9)}件）"
        r.note("a part in brackets in the cell")
    return c


def money(r, ident, cell_unit):
    """`cell_unit`: the form leaves the unit to the cell; else the head says 万元."""
    value = r.rng.choice([0, number(r.rng, 9000), round(r.rng.uniform(0.1, 99999), r.rng.choice([1, 2, 2, 4]))])
    if value == 0:
        return figure(r, 0, ident)
    if cell_unit and chance(r.rng, 0.5):
        whole = r.rng.randint(1000, 99999999)
        r.answer(ident, whole)
        return Cell(f"{whole}元", figure=True)
    text = repr(value)
    r.answer(ident, round(value * 10000, 6))
    if cell_unit or r.style["unit_in_cell"]:
        text += "万元"
    return Cell(text, figure=True)


def blocks_2021(r):
    s = "statutory."
    normative = r.rng.choice(["行政规范性文件", "行政规范性文件", "规范性文件"])
    dec = lambda k: [count(r, f"{s}{k}.decisions", "件", r.rng.choice([None, 99999]))]
    three = lambda k: [count(r, f"{s}{k}.{c}", "件") for c in ("made", "repealed", "in_force")]
    return [("第二十条第（一）项", ["本年制发件数", "本年废止件数", "现行有效件数"],
             [("规章", three("rules")), (normative, three("normative"))]),
            ("第二十条第（五）项", ["本年处理决定数量"], [("行政许可", dec("licensing"))]),
            ("第二十条第（六）项", ["本年处理决定数量"], [("行政处罚", dec("penalty")), ("行政强制", dec("coercion"))]),
            ("第二十条第（八）项", ["本年收费金额（单位：万元）"], [("行政事业性收费", [money(r, s + "charges.amount", False)])])]


def blocks_2019(r):
    s = "statutory."
    normative = r.rng.choice(["规范性文件", "规范性文件", "行政规范性文件"])
    three = lambda k: [count(r, f"{s}{k}.{c}", "件") for c in ("made", "published", "in_force")]
    items = lambda k: [count(r, f"{s}{k}.items_last_year", "项"), change(r, f"{s}{k}.items_change")]
    row = lambda k: items(k) + [count(r, f"{s}{k}.decisions", "件")]
    heads = ["上一年项目数量", r.rng.choice(["本年增/减", "本年增/减", "本年增减"]), "处理决定数量"]
    return [("第二十条第（一）项", ["本年新制作数量", "本年新公开数量", "对外公开总数量"],
             [("规章", three("rules")), (normative, three("normative"))]),
            ("第二十条第（五）项", heads, [("行政许可", row("licensing")), ("其他对外管理服务事项", row("services"))]),
            ("第二十条第（六）项", heads, [("行政处罚", row("penalty")), ("行政强制", row("coercion"))]),
            ("第二十条第（八）项", heads[:2], [("行政事业性收费", items("charges"))]),
            ("第二十条第（九）项", ["采购项目数量", "采购总金额"],
             [("政府集中采购", [count(r, s + "procurement.projects", "个"), money(r, s + "procurement.amount", True)])])]


def spread(cells, columns):
    """Figure cells over `columns` columns, the last one over what is left."""
    cells[-1].cols = columns - len(cells) + 1
    return cells


def table_two(r, era):
    rows = []
    for caption, heads, data in (blocks_2019 if era == 2019 else blocks_2021)(r):
        rows.append([Cell(label(r, caption), cols=4)])
        rows.append([Cell(label(r, "信息内容"))] + spread([Cell(label(r, h, False)) for h in heads], 3))
        for name, cells in data:
            rows.append([Cell(label(r, name))] + spread(cells, 3))
    t = Table(rows, [34, 22, 22, 22], head=0, flat=True)
    if chance(r.rng, 0.1):
        del_rows(r, t)
    return t


def del_rows(r, t):
    """A report may leave out 规章, which a county cannot make: the row is then neither 0 nor blank."""
    y = next(i for i, row in enumerate(t.rows) if "规章" in row[0].text)
    ids = ["made", "repealed", "published", "in_force"]
    for key in [k for k in r.want if k[0] in ["statutory.rules." + i for i in ids]]:
        del r.want[key]
    del t.rows[y]
    r.note("no row of 规章")


# ---- table three


def requests(r, era):
    """Values of every row: id -> six figures and their total, which balance."""
    rng = r.rng
    ids = [i for _, rows in outcome_rows(era) for _, i in rows]
    busy = rng.random() ** 2
    value = {i: [number(rng) if chance(rng, busy) else 0 for _ in WHO] for i in ids}
    for i in ids:
        if chance(rng, 0.5):
            value[i][0] += number(rng, 40)
    replied = [sum(value[i][k] for i in ids) for k in range(6)]
    out = [number(rng, 12) for _ in WHO]
    carried = [min(number(rng, 9), replied[k] + out[k]) for k in range(6)]
    value["requests.replied"] = replied
    value["requests.carried_out"] = out
    value["requests.carried_in"] = carried
    value["requests.received"] = [replied[k] + out[k] - carried[k] for k in range(6)]
    return {i: v + [sum(v)] for i, v in value.items()}


def misprint_total(r, value):
    """One total that does not balance: what is printed comes out, and a check has to say so."""
    ident = r.rng.choice(["requests.received", "requests.replied"])
    value[ident][6] += r.rng.choice([1, 2, 10, 9, 90])
    r.failing.append(value[ident][6])
    r.note("misprinted total of " + ident)


def table_three(r, era, flat=False):
    rng, value = r.rng, requests(r, era)
    if chance(rng, 0.12):
        misprint_total(r, value)
    no_totals = chance(rng, 0.06)  # totals of the outcome rows left blank
    if no_totals:
        r.note("outcome totals blank")
    style = rng.choice(["plain", "plain", "upright"])
    depth = 1 if flat else 3

    def figures(ident, outcome=False):
        out = []
        for k, who in enumerate([*WHO, "total"]):
            if outcome and no_totals and who == "total":
                out.append(Cell("", figure=True))
                continue
            out.append(figure(r, value[ident][k], ident, who, unit="件"))
        return out

    heads = ["商业企业", "科研机构", "社会公益组织", "法律服务机构", rng.choice(["其他", "其他", "其它"])]
    brk = lambda t: t[:2] + "\n" + t[2:] if chance(rng, 0.2) and len(t) > 3 else t
    rows = [[Cell(rng.choice([CORNER, "", CORNER]), 3, depth), Cell("申请人情况", cols=7)],
            [Cell("自然人", 2), Cell("法人或其他组织", cols=5), Cell("总计", 2)],
            [Cell(brk(label(r, h, False))) for h in heads]]
    rows.append([Cell(label(r, "一、本年新收政府信息公开申请数量"), cols=depth)] + figures("requests.received"))
    rows.append([Cell(label(r, "二、上年结转政府信息公开申请数量"), cols=depth)] + figures("requests.carried_in"))
    groups = outcome_rows(era)
    total = sum(len(g[1]) for g in groups) + 1
    result = "三、本年度办理结果"
    if flat:
        rows.append([Cell(label(r, result))] + [Cell("") for _ in range(7)])
    first = True
    for group, leaves in groups:
        if flat and group:
            rows.append([Cell(label(r, group))] + [Cell("") for _ in range(7)])
        for k, (text, ident) in enumerate(leaves):
            row = []
            if not flat and first:
                row.append(Cell(upright(result) if style == "upright" else label(r, result), total))
            first = False
            if not flat and group and k == 0:
                row.append(Cell(label(r, group), len(leaves)))
            row.append(Cell(label(r, text), cols=1 if flat or group else 2))
            rows.append(row + figures(ident, True))
    rows.append([Cell(label(r, "（七）总计"), cols=1 if flat else 2)] + figures("requests.replied"))
    rows.append([Cell(label(r, "四、结转下年度继续办理"), cols=depth)] + figures("requests.carried_out"))
    widths = [30] + [10] * 7 if flat else [7, 11, 26] + [8] * 7
    return Table(rows, widths, head=3, flat=flat)


# ---- table four


def table_four(r):
    rng = r.rng
    names = ["结果维持", "结果纠正", rng.choice(["其他结果", "其他结果", "其它结果"]), "尚未审结", "总计"]
    keys = ["upheld", "corrected", "other", "pending", "total"]
    cells, heads = [], []
    wrong = rng.randrange(3) if chance(rng, 0.08) else None
    for b, block in enumerate(["review", "litigation.direct", "litigation.after_review"]):
        v = [number(rng, rng.choice([9, 60])) for _ in range(4)]
        v.append(sum(v))
        if b == wrong and (r.style["zero"] == "0" or sum(x > 0 for x in v[:4]) > 1):
            v[4] += rng.choice([1, 3, 10])
            r.failing.append(v[4])
            r.note("misprinted total of " + block)
        cells += [figure(r, x, f"{block}.{k}", unit="件") for x, k in zip(v, keys)]
        brk = rng.choice(["", "\n", " "])
        heads.append([Cell(n[:2] + brk + n[2:] if len(n) == 4 else n) for n in names])
    for c in heads[0]:
        c.rows = 2
    rows = [[Cell("行政复议", cols=5), Cell("行政诉讼", cols=10)],
            heads[0] + [Cell("未经复议直接起诉", cols=5), Cell("复议后起诉", cols=5)], heads[1] + heads[2], cells]
    return Table(rows, [6.6] * 15, head=3)


# ---- the report

FILLERS = ["本报告按照《中华人民共和国政府信息公开条例》和统一格式的要求编制。", "一年来，各级各部门围绕中心工作，持续提高公开的质量和实效。",
           "工作人员对照目录逐项梳理，及时更新栏目内容，方便群众查询。", "下一步将加强队伍建设，完善制度，改进薄弱环节。",
           "个别单位更新不够及时，解读形式比较单一，有待改进。"]


def report(seed, era, kind):
    r = begin(seed, era, kind, [2019, 2020] if era == 2019 else [2021, 2022, 2023, 2024])
    rng = r.rng
    loose = kind == "pdf-loose"
    r.add("para", rng.choice(FILLERS))
    r.add("head", "一、总体情况")
    r.add("para", rng.choice(FILLERS))
    r.add("head", "二、主动公开政府信息情况")
    parts = [table_two(r, era)]
    r.add("table", table=parts[0])
    r.add("head", "三、收到和处理政府信息公开申请情况")
    three = table_three(r, era, flat=loose or chance(rng, 0.1))
    pieces = [three]
    if not kind.startswith("pdf") and chance(rng, 0.15):
        pieces = split(r, three, rng.randint(5, len(three.rows) - 3), chance(rng, 0.4))
    for t in pieces:
        r.add("table", table=t)
    r.add("head", "四、政府信息公开行政复议、行政诉讼情况")
    four = table_four(r)
    r.add("table", table=four)
    if not loose and not kind.startswith("pdf") and chance(rng, 0.2):
        for t in parts + pieces[:1] * (len(pieces) == 1) + [four]:
            widen(r, t)
    r.add("head", rng.choice(["五、存在的主要问题及改进情况", "五、政府信息公开工作存在的主要问题及改进情况"]))
    r.add("para", FILLERS[4])
    r.add("head", "六、其他需要报告的事项")
    r.add("para", "没有其他需要报告的事项。")
    return r
