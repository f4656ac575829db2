"""All forms and kinds by name."""
import form_tables
import write_html

FORMS = {"2019": lambda seed, kind: form_tables.report(seed, 2019, kind),
         "2021": lambda seed, kind: form_tables.report(seed, 2021, kind)}
KINDS = {"html": write_html.write, "gbk": write_html.write}


def compose(form, kind, seed):
    return FORMS[form](seed, kind)


def write(report, kind):
    return KINDS[kind](report, kind)
