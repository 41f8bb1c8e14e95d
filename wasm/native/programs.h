/* Programs, for fuzzing: see programs.c. */
#ifndef WEBPARITY_NATIVE_PROGRAMS_H
#define WEBPARITY_NATIVE_PROGRAMS_H

/* Loads and runs programs from standard input until it ends; gives main's result. */
int answer_programs(void);

#endif
