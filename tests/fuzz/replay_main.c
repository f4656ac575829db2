/*
 * main of a fuzz target in builds without a fuzzer: replays every file of the folders given, then the empty
 * input. Exit status 1 when there is no file, so that a test cannot pass by an empty corpus.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define INPUT_MAX (64L * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	if (!f || fstat(fileno(f), &st) != 0 || st.st_size > INPUT_MAX) {
		fprintf(stderr, "cannot replay '%s'\n", path);
		exit(1);
	}
	size_t size = (size_t)st.st_size;
	uint8_t *data = malloc(size ? size : 1); /* of the exact size, so that a sanitizer sees what reads behind it */
	if (!data || fread(data, 1, size, f) != size) {
		fprintf(stderr, "cannot read '%s'\n", path);
		exit(1);
	}
	fclose(f);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 1;
}

static int replay_folder(const char *folder)
{
	int count = 0;
	DIR *d = opendir(folder);
	if (!d)
		return 0;
	for (struct dirent *e = readdir(d); e; e = readdir(d)) {
		char path[4096];
		struct stat st;
		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
			count += replay_file(path);
	}
	closedir(d);
	return count;
}

int main(int argc, char **argv)
{
	int count = 0;
	for (int i = 1; i < argc; i++)
		count += replay_folder(argv[i]);
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	printf("%d inputs replayed\n", count);
	return count ? 0 : 1;
}
