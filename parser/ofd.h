/*
 * ofd - the pages of an OFD file (GB/T 33190): a zip of XML that places text and lines, in millimetres.
 *
 * Only Pages/Page_N/Content.xml are read, in the order of N; text and drawn lines go the way of a PDF's.
 */
#ifndef PARSER_OFD_H
#define PARSER_OFD_H

#include "parser/pdf.h"
#include "parser/zip.h"

#define OFD_PAGES_MAX 500u

enum err ofd_read(struct zip *z, struct arena *a, struct emit *e, struct pdf_result *out) WARN_UNUSED;

#endif
