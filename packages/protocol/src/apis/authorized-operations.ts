/** The value of the authorized-operations fields when nobody asked for them (KIP-430). */
export const operationsNotRequested = -2147483648
