"""All forms and kinds by name."""
import form_lists
import form_tables
import prose
import write_docx
import write_html
import write_pdf
import write_rtf
from compose import run_together

FORMS = {"2008": lambda seed, kind: form_lists.report(seed, "2008", kind),
         "2014": lambda seed, kind: form_lists.report(seed, "2014", kind),
         "2019": lambda seed, kind: form_tables.report(seed, 2019, kind),
         "2021": lambda seed, kind: form_tables.report(seed, 2021, kind),
         "prose": lambda seed, kind: prose.report(seed, kind)}
KINDS = {"html": write_html.write, "gbk": write_html.write, "docx": write_docx.write, "wordml": write_docx.write,
         "rtf": write_rtf.write, "pdf": write_pdf.write,
         "pdf-loose": write_pdf.write, "run-together": write_html.write}

CELLS = {"docx", "wordml", "rtf"}  # kinds whose tables come out as they were written
NONE = {("prose", "pdf-loose"), ("prose", "run-together")}  # prose has no tables


def compose(form, kind, seed):
    report = FORMS[form](seed, kind)
    if kind == "run-together":
        run_together(report)
    return report


def write(report, kind):
    return KINDS[kind](report, kind)
