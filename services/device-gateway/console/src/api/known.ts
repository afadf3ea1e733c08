/** A file that was made a moment ago comes to the next service with its event. */
import { Problem } from './problem'

const AGAIN_MS = 400
const TRIES = 25
/** How the services say that they have not heard of a customer. */
const NOT_HEARD = ['customer-not-known', 'unknown-customer']

/** Ask until the customer is known, for some seconds. */
export async function whenKnown<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof Problem) || !NOT_HEARD.includes(error.kind) || tries === TRIES) throw error
      await new Promise((resume) => setTimeout(resume, AGAIN_MS))
    }
  }
}
