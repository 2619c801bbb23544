/* SPDX-License-Identifier: MIT */
#include "io/text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tlblab/base/text.h"
#include "tlblab/io/buffer.h"

static int text_file_error(struct error *error, const char *what, int err)
{
	switch (err) {
	case ENOENT:
		return error_set(error, ERROR_INPUT, err, what, "there is no such file",
				 "check the path");
	case EISDIR:
		return error_set(error, ERROR_INPUT, err, what, "it is a folder",
				 "name a file inside it");
	case EACCES:
	case EPERM:
		return error_set(error, ERROR_INPUT, err, what,
				 "no permission to read it",
				 "make it readable or choose another");
	case EMFILE:
	case ENFILE:
	case ENOMEM:
		return error_set(error, ERROR_MACHINE, err, what, strerror(err),
				 "raise the limits on files and memory (ulimit -a)");
	default:
		return error_set(error, ERROR_INPUT, err, what, strerror(err),
				 "choose another file");
	}
}

static int text_file_too_large(struct error *error, const char *what, size_t max_bytes)
{
	char limit[32];

	return error_setf(error, ERROR_INPUT, EFBIG, what,
			  "check that it is the right one", "is larger than %s",
			  text_bytes(limit, sizeof(limit), (double)max_bytes));
}

int text_file_read(const char *path, size_t max_bytes, char **out, size_t *bytes,
		   struct error *error)
{
	bool from_stdin = !strcmp(path, "-");
	const char *what = from_stdin ? "standard input" : path;
	int fd =
		from_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct buffer text = {0};
	char chunk[16384];
	struct stat st;
	ssize_t got;
	int err = 0;

	*out = NULL;
	if (fd < 0)
		return text_file_error(error, what, errno);
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > (off_t)max_bytes)
		err = text_file_too_large(error, what, max_bytes);
	while (!err && (got = read(fd, chunk, sizeof(chunk))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			err = text_file_error(error, what, errno);
		else if ((size_t)got > max_bytes - text.bytes)
			err = text_file_too_large(error, what, max_bytes);
		else
			buffer_put(&text, chunk, (size_t)got);
	}
	if (!from_stdin)
		close(fd);
	if (err) {
		buffer_free(&text);
		return err;
	}
	*out = buffer_take(&text, bytes);
	return *out ? 0 : text_file_error(error, what, ENOMEM);
}
