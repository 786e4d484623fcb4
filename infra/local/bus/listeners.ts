/** A set of listeners; one that throws does not keep the others from hearing. */
export function listeners(): { add(listener: () => void): () => void; call(): void } {
  const all = new Set<() => void>();
  return {
    add(listener) {
      // Wrapped, so that the same function added twice is heard and removed twice.
      const entry = () => listener();
      all.add(entry);
      return () => {
        all.delete(entry);
      };
    },
    call() {
      for (const listener of [...all]) {
        try {
          listener();
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
  };
}
