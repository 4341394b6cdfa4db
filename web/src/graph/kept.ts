/** What is kept in the browser's database over reloads: the newest few. Without a database, nothing. */

const DATABASE = "barograph";
const STORE = "layouts";
const BY_TIME = "used";
const MOST = 60;

let opened: Promise<IDBDatabase | undefined> | undefined;

/** What was kept under a key; undefined where there is nothing, or it can't be read. */
export async function read<T>(key: string): Promise<T | undefined> {
  const store = await storeFor("readonly");
  const found = store && (await result<{ value: T } | undefined>(store.get(key)));
  return found?.value;
}

/** Keep something that can be cloned; of more than the most, the oldest are let go. */
export async function write(key: string, value: unknown): Promise<void> {
  const store = await storeFor("readwrite");
  if (!store) return;
  store.put({ value, [BY_TIME]: Date.now() }, key);
  const keys = await result(store.index(BY_TIME).getAllKeys());
  for (const old of keys?.slice(0, -MOST) ?? []) store.delete(old);
}

async function storeFor(mode: IDBTransactionMode): Promise<IDBObjectStore | undefined> {
  opened ??= open();
  try {
    return (await opened)?.transaction(STORE, mode).objectStore(STORE);
  } catch {
    return undefined; // it was closed, as when the browser's data are cleared
  }
}

async function open(): Promise<IDBDatabase | undefined> {
  if (typeof indexedDB === "undefined") return undefined;
  const asked = indexedDB.open(DATABASE, 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(STORE).createIndex(BY_TIME, BY_TIME);
  return result(asked);
}

function result<T>(request: IDBRequest<T>): Promise<T | undefined> {
  return new Promise((done) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => done(undefined);
  });
}
