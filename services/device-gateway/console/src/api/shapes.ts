/** Names for what the services show; each is made of their OpenAPI documents. */
import type { components as Appointment } from './made/appointment'
import type { components as Billing } from './made/billing'
import type { components as Customer } from './made/customer'
import type { components as Gateway } from './made/device-gateway'
import type { components as Followup } from './made/followup'
import type { components as Triage } from './made/triage'

export type InAppointment = Appointment['schemas']
export type InBilling = Billing['schemas']
export type InCustomer = Customer['schemas']
export type InFollowup = Followup['schemas']
export type InGateway = Gateway['schemas']
export type InTriage = Triage['schemas']
