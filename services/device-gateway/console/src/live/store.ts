/** What this browser keeps: the last boards, and what waits to be sent. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'

import type { Waiting } from './outbox'

interface Kept extends DBSchema {
  boards: { key: string; value: { at: number; board: unknown } }
  outbox: { key: number; value: Waiting; indexes: { staff: string } }
}

let opened: Promise<IDBPDatabase<Kept>> | null = null

export function kept(): Promise<IDBPDatabase<Kept>> {
  opened ??= openDB<Kept>('qiantai', 1, {
    upgrade(database) {
      database.createObjectStore('boards')
      database.createObjectStore('outbox', { keyPath: 'place', autoIncrement: true }).createIndex('staff', 'staff')
    },
  })
  return opened
}

export async function forgetBoards(): Promise<void> {
  await (await kept()).clear('boards')
}
