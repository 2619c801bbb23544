/* SPDX-License-Identifier: MIT */
/*
 * A recovery log is locked by its writer and named by its process; the lock goes with
 * the process however that ends, so a file that can be locked is one that was left.
 * Points are written once complete, so a series that thins writes ever less.
 */
#include "tui/bench/recovery_log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tlblab/base/text.h"
#include "tlblab/io/result_file.h"
#include "tui/bench/state_folder.h"

enum { MAX_SENSORS = 16 };

struct recovery_log {
	char path[PATH_MAX];
	FILE *file; /* NULL after a failure */
	bool started;
	int run;
	double written_s; /* end of the last point written */
	double marked_s;  /* of the last marker written */
};

static const char live_prefix[] = "live-";
static const char last_name[] = "last.jsonl", seen_name[] = "seen.jsonl";

/* Whether nobody writes it any more. */
static bool is_left(const char *path, off_t *bytes)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	bool left;

	if (fd < 0)
		return false;
	left = !fstat(fd, &st) && S_ISREG(st.st_mode) && !flock(fd, LOCK_EX | LOCK_NB);
	*bytes = left ? st.st_size : 0;
	close(fd);
	return left;
}

/* Fills left when the file is there and young enough; what is older is removed. */
static void offer(const char *path, struct recovery_log_left *left)
{
	struct stat st;
	double age_s;

	if (lstat(path, &st) || !S_ISREG(st.st_mode))
		return;
	age_s = difftime(time(NULL), st.st_mtime);
	if (age_s > RECOVERY_LOG_KEPT_S)
		unlink(path);
	else if (left && text_copy(left->path, sizeof(left->path), path))
		left->age_s = age_s > 0 ? age_s : 0;
}

static void recover(const char *folder, struct recovery_log_left *left)
{
	DIR *dir = opendir(folder);
	char path[PATH_MAX], last[PATH_MAX] = "", seen[PATH_MAX] = "";
	off_t bytes;

	text_append(last, sizeof(last), "%s/%s", folder, last_name);
	text_append(seen, sizeof(seen), "%s/%s", folder, seen_name);
	for (const struct dirent *d; dir && (d = readdir(dir));) {
		path[0] = '\0';
		if (strncmp(d->d_name, live_prefix, sizeof(live_prefix) - 1) != 0 ||
		    !text_append(path, sizeof(path), "%s/%s", folder, d->d_name) ||
		    !is_left(path, &bytes))
			continue;
		if (!bytes)
			unlink(path);
		else
			rename(path, last);
	}
	if (dir)
		closedir(dir);
	offer(last, left);
	offer(seen, NULL);
}

void recovery_log_seen(struct recovery_log_left *left)
{
	char seen[sizeof(left->path)];
	size_t folder = strlen(left->path) - strlen(last_name);

	text_copy(seen, sizeof(seen), left->path);
	text_copy(seen + folder, sizeof(seen) - folder, seen_name);
	if (!rename(left->path, seen))
		text_copy(left->path, sizeof(left->path), seen);
}

struct recovery_log *recovery_log_open(struct recovery_log_left *left)
{
	char folder[PATH_MAX];
	struct recovery_log *j;
	int fd;

	*left = (struct recovery_log_left){.age_s = 0};
	if (!state_folder(folder, sizeof(folder)))
		return NULL;
	recover(folder, left);
	j = calloc(1, sizeof(*j));
	if (!j || !text_append(j->path, sizeof(j->path), "%s/%s%d.jsonl", folder,
			       live_prefix, (int)getpid())) {
		free(j);
		return NULL;
	}
	j->written_s = j->marked_s = -1;
	fd = open(j->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB))
		j->file = fdopen(fd, "w");
	if (j->file)
		return j;
	if (fd >= 0) {
		close(fd);
		unlink(j->path);
	}
	free(j);
	return NULL;
}

static void put(struct recovery_log *j, char *line)
{
	bool failed = !line || fputs(line, j->file) < 0;

	free(line);
	if (failed) {
		fclose(j->file);
		j->file = NULL;
	}
}

static void put_start(struct recovery_log *j, const struct snapshot *snap,
		      const struct preset *preset)
{
	struct result_sensor sensors[MAX_SENSORS];
	struct preset as_run = {.n_axes = 0};
	int n = 0;

	if (preset_copy(&as_run, preset))
		return;
	as_run.experiment = *snap->experiment;
	for (; n < snap->view.n_sensors && n < MAX_SENSORS; n++)
		sensors[n] = (struct result_sensor){snap->view.sensors[n].name,
						    snap->view.sensors[n].availability};
	const struct result result = {
		.machine = snap->machine,
		.preset = &as_run,
		.catalogue = snap->catalogue,
		.sensors = sensors,
		.n_sensors = n,
		.mechanism_verdict = mechanism_name[snap->mechanism.kind],
		.mechanism_evidence = snap->mechanism.evidence,
		.mechanism_measured = snap->mechanism.measured,
	};

	put(j, stream_start_line(&result));
	preset_fini(&as_run);
	j->started = true;
}

/* The first point that ends after what was written. */
static int first_new(const struct recovery_log *j, const struct series *s)
{
	int i = series_count(s);

	while (i > 0 && series_at(s, i - 1)->sample.t_s > j->written_s)
		i--;
	return i;
}

bool recovery_log_write(struct recovery_log *j, const struct snapshot *snap,
			const struct preset *preset)
{
	const struct series *s = snap->series;
	/* The newest point of a series that thinned may still grow. */
	int ready = series_count(s) - (series_thinning(s) > 1);

	if (!j || !j->file || !snap->latest)
		return true;
	if (snap->latest->sample.t_s < j->written_s) {
		j->run++; /* cleared: its clock began anew */
		j->written_s = j->marked_s = -1;
	}
	if (ready < 1 || series_at(s, ready - 1)->sample.t_s <= j->written_s)
		return true;
	if (!j->started)
		put_start(j, snap, preset);
	for (int i = first_new(j, s); i < ready && j->file; i++) {
		j->written_s = series_at(s, i)->sample.t_s;
		put(j, stream_interval_line(
			       j->run, series_at(s, i),
			       experiment_workload(snap->experiment, snap->catalogue)));
	}
	for (int i = 0; i < series_n_markers(s) && j->file; i++) {
		const struct marker *m = series_marker(s, i);

		if (m->t_s <= j->marked_s || m->t_s > j->written_s)
			continue;
		j->marked_s = m->t_s;
		put(j, stream_marker_line(j->run, m));
	}
	if (j->file && fflush(j->file)) {
		fclose(j->file);
		j->file = NULL;
	}
	return j->file;
}

void recovery_log_close(struct recovery_log *j)
{
	if (!j)
		return;
	unlink(j->path);
	if (j->file)
		fclose(j->file);
	free(j);
}
