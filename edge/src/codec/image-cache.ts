import type { MemoryImage } from './memory-image.ts';

const IMAGES_MAX = 8;

/** Images of the codecs that were used last, at most eight. The one that was used least recently is dropped first. */
export class ImageCache {
  readonly #images = new Map<object, MemoryImage>();
  #newest: object | undefined;

  /** Bytes of all images. */
  get bytes(): number {
    let bytes = 0;
    for (const { data, heap } of this.#images.values()) bytes += data.length + heap.length;
    return bytes;
  }

  get(codec: object): MemoryImage | undefined {
    const image = this.#images.get(codec);
    if (image === undefined || codec === this.#newest) return image;
    this.#images.delete(codec);
    this.#images.set(codec, image);
    this.#newest = codec;
    return image;
  }

  add(codec: object, image: MemoryImage): void {
    this.#images.delete(codec);
    this.#images.set(codec, image);
    this.#newest = codec;
    for (const oldest of this.#images.keys()) {
      if (this.#images.size <= IMAGES_MAX) return;
      this.#images.delete(oldest);
    }
  }
}
