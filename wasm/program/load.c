/* Loading of a program: nothing of the file is believed before it is checked. */
#include "parts.h"

enum { WORD = 4 };
/* Of file, constants, values and scratch together; what needs more is refused at export. */
#define MAX_MEMORY ((uint64_t)1 << 30)

static uint64_t align(uint64_t size) { return (size + DATA_ALIGNMENT - 1) & ~(uint64_t)(DATA_ALIGNMENT - 1); }

/* Where the parts of the file begin. */
typedef struct {
    uint64_t values, inputs, outputs, code, constants, end;
} file_layout;

static file_layout find_parts(const program_header *h) {
    file_layout s;
    s.values = sizeof(program_header);
    s.inputs = s.values + (uint64_t)h->value_count * sizeof(program_value);
    s.outputs = align(s.inputs + (uint64_t)h->input_count * WORD);
    s.code = align(s.outputs + (uint64_t)h->output_count * WORD);
    s.constants = align(s.code + (uint64_t)h->code_words * WORD);
    s.end = s.constants + h->constant_bytes;
    return s;
}

static program_code check_header(const program_header *h, size_t size) {
    if (h->magic != FORMAT_MAGIC) return PROGRAM_HEADER;
    if (h->version != FORMAT_VERSION) return PROGRAM_OTHER_VERSION;
    if (h->file_bytes != size || find_parts(h).end != size) return PROGRAM_TRUNCATED;
    for (uint32_t i = 0; i < sizeof h->reserved / WORD; i++) {
        if (h->reserved[i]) return PROGRAM_HEADER;
    }
    uint64_t bytes = (uint64_t)h->file_bytes + h->widened_bytes + h->memory_bytes;
    return bytes > MAX_MEMORY ? PROGRAM_OUT_OF_MEMORY : PROGRAM_OK;
}

/* The bytes between two parts are zero. */
static bool have_zeros(const uint8_t *file, uint64_t from, uint64_t to) {
    for (; from < to; from++) {
        if (file[from]) return false;
    }
    return true;
}

static bool have_zeros_between(const uint8_t *file, const program_header *h, const file_layout *parts) {
    return have_zeros(file, parts->inputs + (uint64_t)h->input_count * WORD, parts->outputs) &&
           have_zeros(file, parts->outputs + (uint64_t)h->output_count * WORD, parts->code) &&
           have_zeros(file, parts->code + (uint64_t)h->code_words * WORD, parts->constants);
}

static program_refusal refuse_file(program_code code) { return refuse_program(code, PART_FILE, 0); }

/* Scratch comes last, since only the instructions tell how much. */
static program_refusal finish(const loading *l, program *p) {
    const program_header *h = l->header;
    uint64_t bytes = (uint64_t)h->file_bytes + h->widened_bytes + h->memory_bytes + p->scratch_bytes;
    if (bytes > MAX_MEMORY) return refuse_file(PROGRAM_OUT_OF_MEMORY);
    p->scratch = allocate(p->scratch_bytes);
    if (!p->scratch) return refuse_file(PROGRAM_OUT_OF_MEMORY);
    /* What a program reads without having written it is the same in every run of every host. */
    memset(l->memory, 0, h->memory_bytes);
    memset(p->scratch, 0, p->scratch_bytes);
    return run_prologue(p);
}

program_refusal load_program_file(const uint8_t *file, size_t size, program *out) {
    const program_header *h = (const void *)file;
    if (size < sizeof *h) return refuse_file(PROGRAM_TRUNCATED);
    program_code code = check_header(h, size);
    if (code) return refuse_file(code);
    file_layout parts = find_parts(h);
    if (!have_zeros_between(file, h, &parts)) return refuse_file(PROGRAM_HEADER);
    *out = (program){
        .value_count = h->value_count,
        .instruction_count = h->instruction_count,
        .prologue_count = h->prologue_count,
        .input_count = h->input_count,
        .output_count = h->output_count,
        .inputs = (const void *)(file + parts.inputs),
        .outputs = (const void *)(file + parts.outputs),
        .code = (const void *)(file + parts.code),
        .values = allocate((size_t)h->value_count * sizeof(tensor)),
    };
    loading l = {
        .header = h,
        .values = (const void *)(file + parts.values),
        .constants = file + parts.constants,
        .widened = allocate(h->widened_bytes),
        .memory = allocate(h->memory_bytes),
        .written = allocate_zeros(h->value_count),
        .living = allocate((size_t)h->value_count * WORD),
    };
    if (!out->values || !l.widened || !l.memory || !l.written || !l.living) return refuse_file(PROGRAM_OUT_OF_MEMORY);
    program_refusal found = load_values(&l, out);
    if (!found.code) found = check_code(&l, out);
    return found.code ? found : finish(&l, out);
}
