import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { Problem } from '@/api/problem'
import { sittings } from '@/areas/triage/forms/differences'
import { type Desk, type Draft, useDrafting, type Written } from '@/areas/triage/forms/drafting'
import { fromTheWall } from '@/areas/triage/forms/moments'
import { wallOf } from '@/parts/wall'

const problem = (status: number, kind: string, errors: { field: string; message: string }[] = []) =>
  new Problem({ type: `urn:qiantai:problem:${kind}`, title: kind, status, errors })

/** A service and a browser's store in memory. */
class House implements Desk {
  now: Written = { version: 0, content: {}, author: null, written_at: null }
  draft: Draft | undefined
  keys: string[] = []
  fails: Problem[] = []
  read = () => Promise.resolve(this.now)
  kept = () => Promise.resolve(this.draft)
  keep = (draft: Draft | null) => { this.draft = draft ?? undefined; return Promise.resolve() }
  write = (content: Record<string, unknown>, version: number, key: string) => {
    this.keys.push(key)
    const failure = this.fails.shift()
    if (failure) return Promise.reject(failure)
    if (version !== this.now.version) return Promise.reject(problem(412, 'stale'))
    return Promise.resolve(this.save(content, 'me'))
  }

  save(content: Record<string, unknown>, author: string): Written {
    this.now = { version: this.now.version + 1, content, author, written_at: '2026-11-26T02:42:00+00:00' }
    return this.now
  }
}

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

describe('a form that is saved as one types', () => {
  it('sends after a pause, once, and forgets what it kept', async () => {
    const house = new House()
    const form = useDrafting(house)
    await form.open()
    for (const text of ['皮', '皮肤', '皮肤松弛']) {
      form.content.concern = text
      form.touch()
      await vi.advanceTimersByTimeAsync(300)
    }
    expect(house.keys).toHaveLength(0)
    expect(house.draft?.content).toEqual({ concern: '皮肤松弛' })
    await vi.advanceTimersByTimeAsync(2_000)
    expect([form.state.value, house.now.version, house.now.content, house.draft]).toEqual(['saved', 1, { concern: '皮肤松弛' }, undefined])
  })

  it('waits while the network is away and sends under the same key', async () => {
    const house = new House()
    house.fails = [problem(0, 'away'), problem(503, 'strange')]
    const form = useDrafting(house)
    await form.open()
    form.content.concern = '眼袋'
    form.touch()
    await vi.advanceTimersByTimeAsync(1_500)
    expect([form.state.value, house.draft?.content]).toEqual(['waiting', { concern: '眼袋' }])
    await vi.advanceTimersByTimeAsync(7_000)
    expect([form.state.value, house.now.content, new Set(house.keys).size]).toEqual(['saved', { concern: '眼袋' }, 1])
  })

  it('is there again after the page was closed', async () => {
    const house = new House()
    house.draft = { base: house.now, content: { concern: '法令纹' } }
    const form = useDrafting(house)
    await form.open()
    expect(form.content.concern).toBe('法令纹')
    await vi.advanceTimersByTimeAsync(100)
    expect(house.now.content).toEqual({ concern: '法令纹' })
  })

  it('brings together what two people wrote, and asks where both wrote the same', async () => {
    const house = new House()
    house.save({ concern: '旧', advice: '旧' }, 'other')
    const form = useDrafting(house)
    await form.open()
    house.save({ concern: '她的', advice: '旧', findings: '她的' }, 'other')
    Object.assign(form.content, { concern: '我的', advice: '我的' })
    form.touch()
    await vi.advanceTimersByTimeAsync(1_500)
    expect([form.state.value, form.both.value, form.taken.value]).toEqual(['conflict', ['concern'], ['findings']])
    form.choose('concern', 'theirs')
    await vi.advanceTimersByTimeAsync(100)
    expect(house.now.content).toEqual({ concern: '她的', advice: '我的', findings: '她的' })
  })

  it('keeps what is not complete, and what is refused', async () => {
    const house = new House()
    house.fails = [problem(422, 'form-not-right', [{ field: 'content.concern', message: '必填' }])]
    const form = useDrafting(house)
    await form.open()
    form.content.advice = '先做设计'
    form.touch()
    await vi.advanceTimersByTimeAsync(1_500)
    expect([form.state.value, form.wrong.value, house.draft?.content]).toEqual(['incomplete', { concern: '必填' }, { advice: '先做设计' }])
  })
})

it('tells sittings apart and what each changed', () => {
  const version = (number: number, author: string, minute: number, content: object) =>
    ({ version: number, author, written_at: `2026-11-26T02:${minute}:00Z`, content: content as Record<string, unknown> })
  const found = sittings([version(3, 'b', 42, { a: 2 }), version(2, 'a', 31, { a: 1 }), version(1, 'a', 30, {})], ['a'])
  expect(found.map((one) => [one.last.version, one.count, one.changed])).toEqual([[3, 1, ['a']], [2, 2, ['a']]])
})

it('reads the clock on the wall of the branch', () => {
  expect(wallOf('2026-11-23T02:30:00+00:00', 'Asia/Shanghai')).toBe('2026-11-23T10:30')
  expect(fromTheWall('2026-11-23T10:30', 'Asia/Shanghai')).toBe('2026-11-23T02:30:00+00:00')
  expect(fromTheWall('2026-11-', 'Asia/Shanghai')).toBeNull()
})
