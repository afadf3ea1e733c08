import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { follow } from '@/live/stream'

const text = new TextEncoder()

/** A server that is spoken for by the test: each line that is opened, with what it was asked. */
function server() {
  const lines: { say: (words: string) => void; after: string | null }[] = []
  vi.stubGlobal('fetch', vi.fn((_: string, init: RequestInit) => {
    let to: ReadableStreamDefaultController<Uint8Array>
    const body = new ReadableStream<Uint8Array>({ start: (controller) => { to = controller } })
    init.signal?.addEventListener('abort', () => { to.error(new DOMException('', 'AbortError')) })
    lines.push({ say: (words) => { to.enqueue(text.encode(words)) }, after: new Headers(init.headers).get('Last-Event-ID') })
    return Promise.resolve(new Response(body))
  }))
  return lines
}

const ears = () => ({ ready: vi.fn(), change: vi.fn(), reset: vi.fn(), away: vi.fn(), denied: vi.fn() })
const change = (sequence: number) => `event: change\ndata: ${JSON.stringify({ sequence, kind: 'card', id: 'v', day: null, value: {} })}\n\n`

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals() })

it('is open as long as the server beats, also where there is no news', async () => {
  const [lines, told] = [server(), ears()]
  const following = follow('/stream', 7, () => 'mine', told)
  for (let beat = 0; beat < 20; beat += 1) {
    await vi.advanceTimersByTimeAsync(15_000)
    lines[0]?.say(': beat\n\n')
  }
  expect(lines).toHaveLength(1)
  expect(told.away).not.toHaveBeenCalled()
  following.stop()
})

it('takes another line after the last change, where nothing is heard for long', async () => {
  const [lines, told] = [server(), ears()]
  const following = follow('/stream', 7, () => 'mine', told)
  await vi.advanceTimersByTimeAsync(1_000)
  lines[0]?.say(change(8))
  await vi.advanceTimersByTimeAsync(41_000)
  expect(told.away).toHaveBeenCalledOnce()
  expect(lines.map((one) => one.after)).toEqual(['7', '8'])
  lines[1]?.say(change(9))
  await vi.advanceTimersByTimeAsync(0)
  expect(told.change).toHaveBeenCalledTimes(2)
  following.stop()
  await vi.advanceTimersByTimeAsync(120_000)
  expect(lines).toHaveLength(2)
})

it('asks again where the server takes the call and never answers', async () => {
  const asked = vi.fn((_: string, init: RequestInit) => new Promise<Response>((_, refuse) => {
    init.signal?.addEventListener('abort', () => { refuse(new DOMException('', 'AbortError')) })
  }))
  vi.stubGlobal('fetch', asked)
  const told = ears()
  const following = follow('/stream', 7, () => 'mine', told)
  await vi.advanceTimersByTimeAsync(85_000)
  expect(asked).toHaveBeenCalledTimes(3)
  following.stop()
})
