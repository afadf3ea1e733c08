import { createPinia, setActivePinia } from 'pinia'
import { reactive } from 'vue'
import { beforeEach, describe, expect, it } from 'vitest'

import { away, Problem } from '@/api/problem'
import { filled, useOutbox, type Waiting } from '@/live/outbox'
import { kept } from '@/live/store'

const file = { label: 'reception.outbox_file', names: { name: '王' }, method: 'POST' as const, path: '/api/customers/', body: { name: '王' } }
const visit = { label: 'reception.outbox', names: { name: '王' }, method: 'POST' as const, path: '/api/triage/visits', body: { customer: '{{1.id}}', projects: ['laser'] } }

/** A server that may be away, and that may lose its answers; it has each key's effect once. */
class Server {
  effects = new Map<string, unknown>()
  asked: string[] = []
  away = false
  losesAnswers = 0
  refuses = ''

  send = (waiting: Waiting, body: unknown): Promise<unknown> => {
    this.asked.push(waiting.path)
    if (this.away) return Promise.reject(away())
    if (waiting.path === this.refuses) return Promise.reject(new Problem({ type: 'x:y', title: 'no', status: 422 }))
    if (!this.effects.has(waiting.key)) this.effects.set(waiting.key, { path: waiting.path, body, id: `id-${this.effects.size}` })
    if (this.losesAnswers > 0) {
      this.losesAnswers -= 1
      return Promise.reject(away())
    }
    return Promise.resolve(this.effects.get(waiting.key))
  }
}

describe('what waits while the network is away', () => {
  let server: Server

  beforeEach(async () => {
    setActivePinia(createPinia())
    server = new Server()
    await (await kept()).clear('outbox')
  })

  it('goes in order, with what the one before gave', async () => {
    const outbox = useOutbox()
    await outbox.begin('desk', server.send)
    await outbox.put([file, { ...visit, body: reactive({ ...visit.body }) }]) // as a form has it
    await outbox.flush()
    expect([...server.effects.values()]).toEqual([
      { path: file.path, body: file.body, id: 'id-0' },
      { path: visit.path, body: { customer: 'id-0', projects: ['laser'] }, id: 'id-1' },
    ])
    expect(outbox.items).toEqual([])
  })

  it('has its effect once when the server took it and the answer was lost, and the page was closed between', async () => {
    const before = useOutbox()
    await before.begin('desk', server.send)
    server.losesAnswers = 1
    await before.put([file, visit])
    await before.flush()
    expect(before.waiting).toHaveLength(2)
    before.end()
    setActivePinia(createPinia()) // the page is opened again
    const after = useOutbox()
    await after.begin('desk', server.send)
    await after.flush()
    expect([...server.effects.values()].map((one) => (one as { path: string }).path)).toEqual([file.path, visit.path])
    expect(after.items).toEqual([])
  })

  it('stays, visible and in order, while the server is away', async () => {
    const outbox = useOutbox()
    await outbox.begin('desk', server.send)
    server.away = true
    await outbox.put([file])
    await outbox.put([visit])
    await outbox.flush()
    expect(outbox.waiting.map((one) => one.path)).toEqual([file.path, visit.path])
    server.away = false
    await outbox.flush()
    expect(outbox.items).toEqual([])
  })

  it('keeps what is refused with what needs it, and sends the rest', async () => {
    const outbox = useOutbox()
    await outbox.begin('desk', server.send)
    server.refuses = file.path
    await outbox.put([file, visit])
    await outbox.put([{ ...visit, body: { customer: 'known' } }])
    await outbox.flush()
    expect(outbox.refused.map((one) => one.problem?.title)).toEqual(['no'])
    expect(outbox.waiting.map((one) => one.path)).toEqual([visit.path])
    expect([...server.effects.values()]).toHaveLength(1)
    await outbox.drop(outbox.refused[0] as Waiting)
    expect(outbox.items).toEqual([])
  })

  it('is sent for nobody else', async () => {
    const outbox = useOutbox()
    await outbox.begin('desk', server.send)
    server.away = true
    await outbox.put([file])
    await outbox.flush()
    outbox.end()
    server.away = false
    await outbox.begin('head', server.send)
    await outbox.flush()
    expect(server.effects.size).toBe(0)
    await outbox.begin('desk', server.send)
    await outbox.flush()
    expect(server.effects.size).toBe(1)
  })
})

describe('filling in what was given', () => {
  it('counts back from the newest', () => {
    expect(filled({ a: '{{1.id}}', b: ['{{2.id}}'], c: 'x' }, [{ id: 'first' }, { id: 'second' }])).toEqual({ a: 'second', b: ['first'], c: 'x' })
  })
})
