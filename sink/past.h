/*
 * past - what a document said in the versions before: text, metadata, figures and checks of versions that were
 * superseded, for documents that hold a report in either form (gongkai diff).
 *
 * A version is one JSON object (PAST_QUERY), deflated: it is written when the version is superseded, from the rows it
 * is about to lose, so that the current version lies in the store once. The newest PAST_VERSIONS_MAX are kept; what
 * is older keeps its row in `versions` and its bytes in the archive. `superseded` lists the reports of these versions.
 * Works inside the caller's transaction.
 */
#ifndef SINK_PAST_H
#define SINK_PAST_H

#include <stdint.h>

#include "sink/db.h"

#define PAST_VERSIONS_MAX 32
#define PAST_BYTES_MAX (256u * 1024 * 1024) /* of one version before it is deflated; a document has at most 8 MiB */

/* the current version of document ?1 as it is kept; arrays are in the order of the document */
#define PAST_QUERY                                                                                                     \
	"SELECT json_object('title',d.title,'published',d.published,'source',d.source,'doc_number',d.doc_number,"      \
	"'index_number',d.index_number,'site_id_code',d.site_id_code,'kind',d.kind,"                                   \
	"'text',(SELECT text FROM texts WHERE document_id=d.id),"                                                      \
	"'reports',(SELECT json_group_array(json(j)) FROM (SELECT json_object('id',r.id,'title',r.title,"              \
	"'region',r.region,'region_code',r.region_code,'body',r.body,'level',r.level,'year',r.year,"                   \
	"'period_start',r.period_start,'period_end',r.period_end,'published',r.published,'format',r.format,"           \
	"'metrics',(SELECT json_group_array(json(k)) FROM (SELECT "                                                    \
	"json_object('id',m.id,'value',m.value,'unit',m.unit,"                                                         \
	"'scope',m.scope,'applicant',m.applicant,'qualifier',m.qualifier,'approx',m.approx,'evidence',m.evidence) k"   \
	" FROM metrics m WHERE m.report_id=r.id ORDER BY m.ord)),"                                                     \
	"'checks',(SELECT json_group_array(json(k)) FROM (SELECT json_object('kind',c.kind,'statement',c.statement,"   \
	"'holds',c.holds,'detail',c.detail) k FROM checks c WHERE c.report_id=r.id ORDER BY c.ord))) j"                \
	" FROM reports r WHERE r.document_id=d.id ORDER BY r.ord))) FROM documents d WHERE d.id=?1"

struct past;

enum err past_new(sqlite3 *db, struct past **out) WARN_UNUSED;
void past_free(struct past *p); /* NULL is fine */
/** Keep the current version, whose number is given, before its rows are replaced. */
enum err past_keep(struct past *p, int64_t document_id, int64_t version) WARN_UNUSED;

#endif
