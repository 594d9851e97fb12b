;; a fused multiply-add by error-free transformations
;;
;;   fmadd.d fa0, fa1, fa2, fa3
;;   ecall

(local.set $tlb (i32.load $TLB_BASE))
(local.set $dataContext (i64.load $DATA_CONTEXT))
(local.set $fetchContext (i64.load $FETCH_CONTEXT))
(local.set $ready
  (i32.and
    (i32.eq
      (i32.and
        (i32.and
          (i32.load $CSR_MSTATUS)
          (select (i32.load $CSR_VSSTATUS) (i32.const -1) (i32.load $VIRT)))
        (i32.const 24576))
      (i32.const 24576))
    (i32.eqz (i32.and (i32.load $CSR_FCSR) (i32.const 224)))))
(local.set $fa0 (f64.load $F[10]))
(local.set $fa1 (f64.load $F[11]))
(local.set $fa2 (f64.load $F[12]))
(local.set $fa3 (f64.load $F[13]))
block $1
  block $2
    block $3
      block $4
        (br_table $4 $4 (i32.sub (local.get $entry) (i32.const 1)))
      end
      (local.set $entry (i32.const 0))
      (i32.eqz (local.get $ready))
      (local.set $code (i32.const 1))
      (br_if $3)
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (i32.or
        (i32.or
          (i32.ge_u
            (i32.sub
              (i32.and
                (i32.wrap_i64 (i64.shr_u (i64.reinterpret_f64 (local.get $fa1)) (i64.const 52)))
                (i32.const 2047))
              (i32.const 573))
            (i32.const 901))
          (i32.ge_u
            (i32.sub
              (i32.and
                (i32.wrap_i64 (i64.shr_u (i64.reinterpret_f64 (local.get $fa2)) (i64.const 52)))
                (i32.const 2047))
              (i32.const 573))
            (i32.const 901)))
        (i32.ge_u
          (i32.sub
            (i32.and
              (i32.wrap_i64 (i64.shr_u (i64.reinterpret_f64 (local.get $fa3)) (i64.const 52)))
              (i32.const 2047))
            (i32.const 123))
          (i32.const 1801)))
      if $5
        (local.set $double0 (f64.add (f64.mul (local.get $fa1) (local.get $fa2)) (local.get $fa3)))
        (i32.eqz
          (i32.or
            (i32.or (f64.eq (local.get $fa1) (f64.const 0)) (f64.eq (local.get $fa2) (f64.const 0)))
            (i32.and
              (f64.eq (local.get $fa3) (f64.const 0))
              (i32.eqz
                (i32.ge_u
                  (i32.sub
                    (i32.and
                      (i32.wrap_i64
                        (i64.shr_u (i64.reinterpret_f64 (local.get $double0)) (i64.const 52)))
                      (i32.const 2047))
                    (i32.const 2))
                  (i32.const 2045))))))
        (local.set $code (i32.const 3))
        (br_if $3)
        (i32.eqz (f64.le (f64.sub (local.get $double0) (local.get $double0)) (f64.const 0)))
        (local.set $code (i32.const 3))
        (br_if $3)
      else
        (local.set $double1
          (f64.reinterpret_i64
            (i64.and
              (i64.add (i64.reinterpret_f64 (local.get $fa1)) (i64.const 67108864))
              (i64.const -134217728))))
        (local.set $double2 (f64.sub (local.get $fa1) (local.get $double1)))
        (local.set $double3
          (f64.reinterpret_i64
            (i64.and
              (i64.add (i64.reinterpret_f64 (local.get $fa2)) (i64.const 67108864))
              (i64.const -134217728))))
        (local.set $double4 (f64.sub (local.get $fa2) (local.get $double3)))
        (local.set $double5 (f64.mul (local.get $fa1) (local.get $fa2)))
        (local.set $double6
          (f64.add
            (f64.add
              (f64.add
                (f64.sub (f64.mul (local.get $double1) (local.get $double3)) (local.get $double5))
                (f64.mul (local.get $double1) (local.get $double4)))
              (f64.mul (local.get $double2) (local.get $double3)))
            (f64.mul (local.get $double2) (local.get $double4))))
        (local.set $double7 (f64.add (local.get $double5) (local.get $fa3)))
        (local.set $double8 (f64.sub (local.get $double7) (local.get $double5)))
        (local.set $double9
          (f64.add
            (f64.sub (local.get $double5) (f64.sub (local.get $double7) (local.get $double8)))
            (f64.sub (local.get $fa3) (local.get $double8))))
        (local.set $double10 (f64.add (local.get $double9) (local.get $double6)))
        (i64.eqz (i64.shl (i64.reinterpret_f64 (local.get $double10)) (i64.const 16)))
        if $6
          (local.set $double11 (f64.sub (local.get $double10) (local.get $double9)))
          (local.set $double12
            (f64.add
              (f64.sub (local.get $double9) (f64.sub (local.get $double10) (local.get $double11)))
              (f64.sub (local.get $double6) (local.get $double11))))
          (i32.eqz (f64.eq (local.get $double12) (f64.const 0)))
          if $7
            (local.set $double10
              (f64.reinterpret_i64
                (i64.add
                  (i64.reinterpret_f64 (local.get $double10))
                  (select
                    (i64.const 1)
                    (i64.const -1)
                    (i64.ge_s
                      (i64.xor
                        (i64.reinterpret_f64 (local.get $double12))
                        (i64.reinterpret_f64 (local.get $double10)))
                      (i64.const 0))))))
          end
        end
        (local.set $double0 (f64.add (local.get $double7) (local.get $double10)))
      end
      (local.set $fa0 (local.get $double0))
      (local.set $code (i32.const 513))
      (br $3)
    end
    (local.set $pc
      (i64.add
        (local.get $base)
        (i64.extend_i32_s (i32.shl (i32.shr_s (local.get $code) (i32.const 8)) (i32.const 1)))))
    (local.set $left
      (i32.add
        (local.get $left)
        (i32.and (i32.shr_u (local.get $code) (i32.const 1)) (i32.const 127))))
    (local.set $kind (i32.and (local.get $code) (i32.const 1)))
    (br $1)
  end
  (i32.store $JUMPED_FROM (i32.add (i32.wrap_i64 (local.get $base)) (local.get $jump)))
  (local.set $pc (i64.and (local.get $pc) (i64.const -2)))
end
(f64.store $F[10] (local.get $fa0))
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))

;; The same where NX is clear.

(local.set $tlb (i32.load $TLB_BASE))
(local.set $dataContext (i64.load $DATA_CONTEXT))
(local.set $fetchContext (i64.load $FETCH_CONTEXT))
(local.set $ready
  (i32.and
    (i32.eq
      (i32.and
        (i32.and
          (i32.load $CSR_MSTATUS)
          (select (i32.load $CSR_VSSTATUS) (i32.const -1) (i32.load $VIRT)))
        (i32.const 24576))
      (i32.const 24576))
    (i32.eqz (i32.and (i32.load $CSR_FCSR) (i32.const 224)))))
(local.set $fa0 (f64.load $F[10]))
(local.set $fa1 (f64.load $F[11]))
(local.set $fa2 (f64.load $F[12]))
(local.set $fa3 (f64.load $F[13]))
block $1
  block $2
    block $3
      block $4
        (br_table $4 $4 (i32.sub (local.get $entry) (i32.const 1)))
      end
      (local.set $entry (i32.const 0))
      (i32.eqz (local.get $ready))
      (local.set $code (i32.const 1))
      (br_if $3)
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (i32.or
        (i32.or
          (i32.ge_u
            (i32.sub
              (i32.and
                (i32.wrap_i64 (i64.shr_u (i64.reinterpret_f64 (local.get $fa1)) (i64.const 52)))
                (i32.const 2047))
              (i32.const 573))
            (i32.const 901))
          (i32.ge_u
            (i32.sub
              (i32.and
                (i32.wrap_i64 (i64.shr_u (i64.reinterpret_f64 (local.get $fa2)) (i64.const 52)))
                (i32.const 2047))
              (i32.const 573))
            (i32.const 901)))
        (i32.ge_u
          (i32.sub
            (i32.and
              (i32.wrap_i64 (i64.shr_u (i64.reinterpret_f64 (local.get $fa3)) (i64.const 52)))
              (i32.const 2047))
            (i32.const 123))
          (i32.const 1801)))
      if $5
        (local.set $double0 (f64.add (f64.mul (local.get $fa1) (local.get $fa2)) (local.get $fa3)))
        (i32.eqz
          (i32.or (f64.eq (local.get $fa1) (f64.const 0)) (f64.eq (local.get $fa2) (f64.const 0))))
        (local.set $code (i32.const 3))
        (br_if $3)
        (i32.eqz (f64.le (f64.sub (local.get $double0) (local.get $double0)) (f64.const 0)))
        (local.set $code (i32.const 3))
        (br_if $3)
      else
        (local.set $double1
          (f64.reinterpret_i64
            (i64.and
              (i64.add (i64.reinterpret_f64 (local.get $fa1)) (i64.const 67108864))
              (i64.const -134217728))))
        (local.set $double2 (f64.sub (local.get $fa1) (local.get $double1)))
        (local.set $double3
          (f64.reinterpret_i64
            (i64.and
              (i64.add (i64.reinterpret_f64 (local.get $fa2)) (i64.const 67108864))
              (i64.const -134217728))))
        (local.set $double4 (f64.sub (local.get $fa2) (local.get $double3)))
        (local.set $double5 (f64.mul (local.get $fa1) (local.get $fa2)))
        (local.set $double6
          (f64.add
            (f64.add
              (f64.add
                (f64.sub (f64.mul (local.get $double1) (local.get $double3)) (local.get $double5))
                (f64.mul (local.get $double1) (local.get $double4)))
              (f64.mul (local.get $double2) (local.get $double3)))
            (f64.mul (local.get $double2) (local.get $double4))))
        (local.set $double7 (f64.add (local.get $double5) (local.get $fa3)))
        (local.set $double8 (f64.sub (local.get $double7) (local.get $double5)))
        (local.set $double9
          (f64.add
            (f64.sub (local.get $double5) (f64.sub (local.get $double7) (local.get $double8)))
            (f64.sub (local.get $fa3) (local.get $double8))))
        (local.set $double10 (f64.add (local.get $double9) (local.get $double6)))
        (i32.or
          (f64.ne (f64.sub (local.get $double10) (local.get $double9)) (local.get $double6))
          (f64.ne (f64.sub (local.get $double10) (local.get $double6)) (local.get $double9)))
        (local.set $code (i32.const 3))
        (br_if $3)
        (local.set $double0 (f64.add (local.get $double7) (local.get $double10)))
        (i32.or
          (f64.ne (f64.sub (local.get $double0) (local.get $double7)) (local.get $double10))
          (f64.ne (f64.sub (local.get $double0) (local.get $double10)) (local.get $double7)))
        (local.set $code (i32.const 3))
        (br_if $3)
      end
      (local.set $fa0 (local.get $double0))
      (local.set $code (i32.const 513))
      (br $3)
    end
    (local.set $pc
      (i64.add
        (local.get $base)
        (i64.extend_i32_s (i32.shl (i32.shr_s (local.get $code) (i32.const 8)) (i32.const 1)))))
    (local.set $left
      (i32.add
        (local.get $left)
        (i32.and (i32.shr_u (local.get $code) (i32.const 1)) (i32.const 127))))
    (local.set $kind (i32.and (local.get $code) (i32.const 1)))
    (br $1)
  end
  (i32.store $JUMPED_FROM (i32.add (i32.wrap_i64 (local.get $base)) (local.get $jump)))
  (local.set $pc (i64.and (local.get $pc) (i64.const -2)))
end
(f64.store $F[10] (local.get $fa0))
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))
