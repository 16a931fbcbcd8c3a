// Every message and enum of sallyport.admin.v1, under one name.
export * from '../../generated/sallyport/admin/v1/admin_service.js';
export * from '../../generated/sallyport/admin/v1/audit.js';
export * from '../../generated/sallyport/admin/v1/component.js';
export * from '../../generated/sallyport/admin/v1/group.js';
export * from '../../generated/sallyport/admin/v1/mfa_policy.js';
export * from '../../generated/sallyport/admin/v1/role.js';
export * from '../../generated/sallyport/admin/v1/service_account.js';
export * from '../../generated/sallyport/admin/v1/session.js';
export * from '../../generated/sallyport/admin/v1/user.js';
