;; the same for quotients and roots
;;
;;   fdiv.s fa0, fa1, fa2
;;   fsqrt.d fa3, fa4
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
(local.set $fa3 (f64.load $F[13]))
(local.set $fa4 (f64.load $F[14]))
block $1
  block $2
    block $3
      block $4
        (br_table $4 $4 (i32.sub (local.get $entry) (i32.const 1)))
      end
      (local.get $entry)
      if $5
        (i32.eqz (i32.and (local.get $inLocals) (i32.const 2048)))
        if $6
          (i64.lt_u (local.tee $scratch0 (i64.load $F[11])) (i64.const -4294967296))
          (local.set $code (i32.const 1))
          (br_if $3)
          (local.set $fa1.single (f32.reinterpret_i32 (i32.wrap_i64 (local.get $scratch0))))
        end
        (i32.eqz (i32.and (local.get $inLocals) (i32.const 4096)))
        if $7
          (i64.lt_u (local.tee $scratch0 (i64.load $F[12])) (i64.const -4294967296))
          (local.set $code (i32.const 1))
          (br_if $3)
          (local.set $fa2.single (f32.reinterpret_i32 (i32.wrap_i64 (local.get $scratch0))))
        end
      end
      (local.set $entry (i32.const 0))
      (i32.eqz (local.get $ready))
      (local.set $code (i32.const 1))
      (br_if $3)
      (local.set $left (i32.sub (local.get $left) (i32.const 2)))
      (local.set $single0 (f32.div (local.get $fa1.single) (local.get $fa2.single)))
      (i32.ge_u
        (i32.sub
          (i32.and
            (i32.shr_u (i32.reinterpret_f32 (local.get $single0)) (i32.const 23))
            (i32.const 255))
          (i32.const 2))
        (i32.const 253))
      if $8
        (i32.shl (i32.reinterpret_f32 (local.get $single0)) (i32.const 1))
        (local.set $code (i32.const 5))
        (br_if $3)
        (i32.shl (i32.reinterpret_f32 (local.get $fa1.single)) (i32.const 1))
        (local.set $code (i32.const 5))
        (br_if $3)
      end
      (local.set $fa0.single (local.get $single0))
      (local.set $double0 (f64.sqrt (local.get $fa4)))
      (i32.eqz (f64.le (f64.sub (local.get $double0) (local.get $double0)) (f64.const 0)))
      if $9
        (local.set $inLocals (i32.or (local.get $inLocals) (i32.const 1024)))
        (local.set $code (i32.const 515))
        (br $3)
      end
      (local.set $fa3 (local.get $double0))
      (local.set $inLocals (i32.or (local.get $inLocals) (i32.const 1024)))
      (local.set $code (i32.const 1025))
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
(i32.and (local.get $inLocals) (i32.const 1024))
if $10
  (f32.store $F[10] (local.get $fa0.single))
  (i32.store $F[10]+4 (i32.const -1))
end
(f64.store $F[13] (local.get $fa3))
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
(local.set $fa3 (f64.load $F[13]))
(local.set $fa4 (f64.load $F[14]))
block $1
  block $2
    block $3
      block $4
        (br_table $4 $4 (i32.sub (local.get $entry) (i32.const 1)))
      end
      (local.get $entry)
      if $5
        (i32.eqz (i32.and (local.get $inLocals) (i32.const 2048)))
        if $6
          (i64.lt_u (local.tee $scratch0 (i64.load $F[11])) (i64.const -4294967296))
          (local.set $code (i32.const 1))
          (br_if $3)
          (local.set $fa1.single (f32.reinterpret_i32 (i32.wrap_i64 (local.get $scratch0))))
        end
        (i32.eqz (i32.and (local.get $inLocals) (i32.const 4096)))
        if $7
          (i64.lt_u (local.tee $scratch0 (i64.load $F[12])) (i64.const -4294967296))
          (local.set $code (i32.const 1))
          (br_if $3)
          (local.set $fa2.single (f32.reinterpret_i32 (i32.wrap_i64 (local.get $scratch0))))
        end
      end
      (local.set $entry (i32.const 0))
      (i32.eqz (local.get $ready))
      (local.set $code (i32.const 1))
      (br_if $3)
      (local.set $left (i32.sub (local.get $left) (i32.const 2)))
      (local.set $single0 (f32.div (local.get $fa1.single) (local.get $fa2.single)))
      (i32.ge_u
        (i32.sub
          (i32.and
            (i32.shr_u (i32.reinterpret_f32 (local.get $single0)) (i32.const 23))
            (i32.const 255))
          (i32.const 2))
        (i32.const 253))
      if $8
        (i32.shl (i32.reinterpret_f32 (local.get $single0)) (i32.const 1))
        (local.set $code (i32.const 5))
        (br_if $3)
        (i32.shl (i32.reinterpret_f32 (local.get $fa1.single)) (i32.const 1))
        (local.set $code (i32.const 5))
        (br_if $3)
      else
        (f64.ne
          (f64.mul (f64.promote_f32 (local.get $single0)) (f64.promote_f32 (local.get $fa2.single)))
          (f64.promote_f32 (local.get $fa1.single)))
        (local.set $code (i32.const 5))
        (br_if $3)
      end
      (local.set $fa0.single (local.get $single0))
      (local.set $double0 (f64.sqrt (local.get $fa4)))
      (i32.or
        (i32.or
          (i32.or
            (i32.eqz
              (i64.eqz
                (i64.shl
                  (i64.mul
                    (i64.or (i64.reinterpret_f64 (local.get $double0)) (i64.const 4503599627370496))
                    (i64.or (i64.reinterpret_f64 (local.get $double0)) (i64.const 4503599627370496)))
                  (i64.const 11))))
            (f64.ne (f64.mul (local.get $double0) (local.get $double0)) (local.get $fa4)))
          (i32.lt_u
            (i32.and
              (i32.wrap_i64 (i64.shr_u (i64.reinterpret_f64 (local.get $fa4)) (i64.const 52)))
              (i32.const 2047))
            (i32.const 2)))
        (i32.ge_u
          (i32.sub
            (i32.and
              (i32.wrap_i64 (i64.shr_u (i64.reinterpret_f64 (local.get $double0)) (i64.const 52)))
              (i32.const 2047))
            (i32.const 2))
          (i32.const 2045)))
      if $9
        (local.set $inLocals (i32.or (local.get $inLocals) (i32.const 1024)))
        (local.set $code (i32.const 515))
        (br $3)
      end
      (local.set $fa3 (local.get $double0))
      (local.set $inLocals (i32.or (local.get $inLocals) (i32.const 1024)))
      (local.set $code (i32.const 1025))
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
(i32.and (local.get $inLocals) (i32.const 1024))
if $10
  (f32.store $F[10] (local.get $fa0.single))
  (i32.store $F[10]+4 (i32.const -1))
end
(f64.store $F[13] (local.get $fa3))
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))
