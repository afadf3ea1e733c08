import { afterEach, expect, it, vi } from 'vitest'

import { answeredEarly, askEarly } from '@/api/early'

const PATH = '/api/gateway/branches'
const request = (path = PATH, method = 'GET') => new Request(location.origin + path, { method })
const answers = (answer: () => Promise<Response>) => vi.stubGlobal('fetch', vi.fn(answer))

afterEach(() => { vi.unstubAllGlobals() })

it('gives what was asked early to the first who needs it, and only once', async () => {
  answers(() => Promise.resolve(new Response('early')))
  askEarly(PATH, 'mine', 'zh')
  expect(await answeredEarly(request('/api/gateway/board'), 'mine')).toBeNull()
  expect(await answeredEarly(request(PATH, 'POST'), 'mine')).toBeNull()
  expect(await (await answeredEarly(request(), 'mine'))?.text()).toBe('early')
  expect(await answeredEarly(request(), 'mine')).toBeNull()
})

it('gives nothing that was asked on behalf of another token', async () => {
  answers(() => Promise.resolve(new Response('early')))
  askEarly(PATH, 'of before', 'zh')
  expect(await answeredEarly(request(), 'mine')).toBeNull()
})

it.each([
  ['a refusal', () => Promise.resolve(new Response('', { status: 401 }))],
  ['a network that is away', () => Promise.reject(new TypeError('away'))],
])('lets whoever needs it ask anew after %s', async (_, answer) => {
  answers(answer)
  askEarly(PATH, 'mine', 'zh')
  expect(await answeredEarly(request(), 'mine')).toBeNull()
})
