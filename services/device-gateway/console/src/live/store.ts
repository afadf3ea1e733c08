/** What this browser keeps: the last boards, what waits to be sent, and what is typed and not saved yet. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'

import type { Waiting } from './outbox'

interface Kept extends DBSchema {
  boards: { key: string; value: { at: number; board: unknown } }
  drafts: { key: string; value: unknown }
  outbox: { key: number; value: Waiting; indexes: { staff: string } }
}

let opened: Promise<IDBPDatabase<Kept>> | null = null

export function kept(): Promise<IDBPDatabase<Kept>> {
  opened ??= openDB<Kept>('qiantai', 2, {
    upgrade(database, before) {
      if (before < 1) {
        database.createObjectStore('boards')
        database.createObjectStore('outbox', { keyPath: 'place', autoIncrement: true }).createIndex('staff', 'staff')
      }
      if (before < 2) database.createObjectStore('drafts')
    },
  })
  return opened
}

export async function forgetBoards(): Promise<void> {
  await (await kept()).clear('boards')
}
