import { FailedError } from '../../runtime/errors.ts';
import { byId } from '../dom.ts';
import { formatCount } from '../format.ts';

/** Who is told of a file, with what is to be said beside it, or that none came. */
export interface FileEvents {
  onFile(file: File, note?: string): void;
  onError(error: FailedError): void;
}

/** Take image files however they come: chosen, dropped or pasted. Of several the first is taken, and that is said. */
export function connectFileInputs({ onFile, onError }: FileEvents): void {
  const input = byId('file', HTMLInputElement);
  byId('choose', HTMLButtonElement).addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    take(input.files);
    input.value = ''; // so that choosing the same file again is a change again
  });

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
    else onError(new FailedError('Expected an image file; received a drop without one. Save the image, then choose it.'));
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
