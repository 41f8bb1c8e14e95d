import { FailedError } from '../../runtime/errors.ts';
import { byId } from '../dom.ts';
import { formatCount } from '../format.ts';

const NO_FILE = 'Expected an image file; received a drop without one. Save the image, then choose it.';

/** Callbacks: a file, with a note to show beside it; an error if there was none. */
export interface FileEvents {
  onFile(file: File, note?: string): void;
  onError(error: FailedError): void;
}

/** Connect the file dialog, drag and drop, and the clipboard. Of several files the first is taken, with a note. */
export function connectFileInputs({ onFile, onError }: FileEvents): void {
  const input = byId('file', HTMLInputElement);
  byId('choose', HTMLButtonElement).addEventListener('click', () => input.click());
  const takeChosen = () => {
    take(input.files);
    input.value = ''; // otherwise choosing the same file again is no change
  };
  input.addEventListener('change', takeChosen);
  // A file that was chosen while the page was loading; in a microtask, since the caller prepares the model first.
  queueMicrotask(takeChosen);

  let depth = 0; // dragenter and dragleave come for every child
  const highlight = () => document.body.classList.toggle('dragging', depth > 0);
  document.addEventListener('dragenter', (event) => {
    if (!carriesFiles(event)) return;
    depth += 1;
    highlight();
  });
  document.addEventListener('dragleave', (event) => {
    if (!carriesFiles(event)) return;
    depth -= 1;
    highlight();
  });
  document.addEventListener('dragover', (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  document.addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    highlight();
    const files = event.dataTransfer?.files;
    if (files?.length) take(files);
    else onError(new FailedError(NO_FILE));
  });
  document.addEventListener('paste', (event) => take(event.clipboardData?.files));

  function take(files: FileList | null | undefined): void {
    const [file] = files ?? [];
    if (file === undefined) return;
    const several = files !== null && files !== undefined && files.length > 1;
    onFile(file, several ? `Took ${file.name}, 1 of ${formatCount(files.length, 'file')}. Choose the others one at a time.` : undefined);
  }
}

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}
