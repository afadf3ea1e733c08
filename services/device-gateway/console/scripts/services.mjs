/** The services whose OpenAPI documents the console is made of. */
export const SERVICES = ['customer', 'appointment', 'triage', 'followup', 'billing', 'device-gateway']
