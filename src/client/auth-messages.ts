// Every message and enum of sallyport.auth.v1, under one name.
export * from '../../generated/sallyport/auth/v1/auth_service.js';
export * from '../../generated/sallyport/auth/v1/factor.js';
export * from '../../generated/sallyport/auth/v1/session.js';
export * from '../../generated/sallyport/auth/v1/sign_in.js';
