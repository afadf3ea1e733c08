/**
 * What waits while the network is away: commands in the order in which they were given.
 *
 * Each is kept in the browser with its idempotency key before it is sent, so that it has its effect once: also when the
 * page is closed between, and when the server has taken it but the answer was lost. Only one tab sends at a time.
 */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'

import { newKey } from '@/api/client'
import { Problem } from '@/api/problem'
import { kept } from './store'

export interface Command {
  /** The words that say what it is: a key of the word lists, and what they name. */
  label: string
  names: Record<string, string>
  method: 'POST' | 'PUT'
  path: string
  /** `{{1.id}}` stands for the `id` that the command one before gave. */
  body: unknown
  /** Of a try whose answer was lost: the same command under the same key has its effect once. */
  key?: string
}

export interface Waiting extends Command {
  place?: number
  key: string
  staff: string
  at: number
  group: string
  state: 'waiting' | 'refused'
  problem?: { title: string; detail: string; fields: Record<string, string> }
  /** What the commands before it in its group gave. */
  gave?: unknown[]
}

export type Sender = (waiting: Waiting, body: unknown) => Promise<unknown>

const AGAIN_MS = 3_000
const HOLE = /^\{\{(\d+)\.(\w+)\}\}$/

/** Put what earlier commands of the same group gave into the holes of a body. */
export function filled(body: unknown, given: unknown[]): unknown {
  if (typeof body === 'string') {
    const hole = HOLE.exec(body)
    if (hole === null) return body
    const from = given[given.length - Number(hole[1])] as Record<string, unknown> | undefined
    return from?.[hole[2] as string]
  }
  if (Array.isArray(body)) return body.map((one) => filled(one, given))
  if (body !== null && typeof body === 'object') {
    return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, filled(value, given)]))
  }
  return body
}

export const useOutbox = defineStore('outbox', () => {
  const items = shallowRef<Waiting[]>([])
  const waiting = computed(() => items.value.filter((one) => one.state === 'waiting'))
  const refused = computed(() => items.value.filter((one) => one.state === 'refused'))

  let staff = ''
  let send: Sender = () => Promise.reject(new Error('nobody has signed in'))
  let again = 0
  let running: Promise<void> | null = null

  async function refresh(): Promise<void> {
    items.value = staff ? await (await kept()).getAllFromIndex('outbox', 'staff', staff) : []
  }

  /** Begin for an account: what it left here before is sent. */
  async function begin(account: string, sender: Sender): Promise<void> {
    staff = account
    send = sender
    await refresh()
    void flush()
  }

  function end(): void {
    staff = ''
    clearTimeout(again)
    items.value = []
  }

  /** Keep commands that belong together, then send them; resolves when they are kept. */
  async function put(commands: Command[]): Promise<void> {
    const database = await kept()
    const group = newKey()
    const plain = JSON.parse(JSON.stringify(commands)) as Command[]
    const transaction = database.transaction('outbox', 'readwrite')
    for (const command of plain) {
      await transaction.store.add({ ...command, key: command.key ?? newKey(), staff, at: Date.now(), group, state: 'waiting' })
    }
    await transaction.done
    await refresh()
    void flush()
  }

  /** Take a command back, and those after it that need it. */
  async function drop(item: Waiting): Promise<void> {
    const database = await kept()
    for (const one of items.value.filter((other) => other.group === item.group && (other.place ?? 0) >= (item.place ?? 0))) {
      await database.delete('outbox', one.place as number)
    }
    await refresh()
  }

  /** Send a refused one again, as it is. */
  async function retry(item: Waiting): Promise<void> {
    const { problem: _, ...rest } = { ...item, state: 'waiting' as const }
    await (await kept()).put('outbox', rest)
    await refresh()
    void flush()
  }

  async function sendAll(): Promise<void> {
    const mine = staff
    for (;;) {
      await refresh()
      const blocked = new Set(refused.value.map((one) => one.group))
      const next = waiting.value.find((one) => !blocked.has(one.group))
      if (next === undefined || staff !== mine) return
      const earlier = next.gave ?? []
      try {
        const answer = await send(next, filled(next.body, earlier))
        await settle(next, [...earlier, answer])
      } catch (error) {
        if (!(error instanceof Problem) || error.passing || error.status === 401) {
          clearTimeout(again)
          again = window.setTimeout(() => void flush(), AGAIN_MS)
          return
        }
        const problem = { title: error.message, detail: error.detail ?? '', fields: error.fields }
        await (await kept()).put('outbox', { ...next, state: 'refused', problem })
      }
    }
  }

  /** In one transaction: this one is done, and what it gave is kept with those that need it. */
  async function settle(sent: Waiting, gave: unknown[]): Promise<void> {
    const transaction = (await kept()).transaction('outbox', 'readwrite')
    await transaction.store.delete(sent.place as number)
    for (const one of items.value.filter((other) => other.group === sent.group && other.place !== sent.place)) {
      await transaction.store.put({ ...one, gave })
    }
    await transaction.done
  }

  function flush(): Promise<void> {
    const locks = navigator.locks as LockManager | undefined
    const one = running ?? (async () => { await (locks ? locks.request('qiantai.outbox', sendAll) : sendAll()) })()
      .catch(() => {})
      .finally(() => { running = null })
    running = one
    return one
  }

  window.addEventListener('online', () => void flush())

  return { begin, drop, end, flush, items, put, refused, retry, waiting }
})
