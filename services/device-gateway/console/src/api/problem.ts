/** A refusal of the API (RFC 9457), or the network's silence. */
export interface ProblemBody {
  type: string
  title: string
  status: number
  detail?: string
  errors?: { field: string; message: string }[]
  facts?: Record<string, unknown>
}

export class Problem extends Error {
  /** The last part of the type: `stale`, `invalid-fields`, `away` where nothing was heard. */
  readonly kind: string
  readonly status: number
  readonly detail: string | undefined
  /** What is wrong with which field, by its path (`phones.0.number`). */
  readonly fields: Record<string, string>
  readonly facts: Record<string, unknown>
  /** Seconds after which another try may go better. */
  readonly retryAfter: number | undefined

  constructor(body: ProblemBody, retryAfter?: number) {
    super(body.title)
    this.kind = body.type.split(':').pop() ?? ''
    this.status = body.status
    this.detail = body.detail
    this.fields = Object.fromEntries((body.errors ?? []).map((one) => [one.field, one.message]))
    this.facts = body.facts ?? {}
    this.retryAfter = retryAfter
  }

  /** Whether the command may have reached the server, or may reach it later as it is. */
  get passing(): boolean {
    return ['away', 'strange'].includes(this.kind) || this.status >= 500 || this.status === 408 || this.status === 429
  }
}

/** Nobody answered: the network, the server, or a proxy that speaks HTML. */
export const away = () => new Problem({ type: 'urn:qiantai:problem:away', title: '', status: 0 })

/** An answer that is none of ours: a page of a proxy, half a body. */
export const strange = (status: number, retryAfter?: number) => new Problem({ type: 'urn:qiantai:problem:strange', title: '', status }, retryAfter)

/** Return the problem of an answer by what was read of it; also of none of ours: a server that answers 500 or HTML. */
export function problemOf(response: Response, said: unknown): Problem {
  const retry = Number(response.headers.get('Retry-After')) || undefined
  const body = said as Partial<ProblemBody> | null
  if (typeof body?.type === 'string' && typeof body.title === 'string') return new Problem(body as ProblemBody, retry)
  return strange(response.status, retry)
}
